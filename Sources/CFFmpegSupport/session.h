#ifndef NR_SESSION_H
#define NR_SESSION_H
#include "CFFmpegSupport.h"

#include <stdatomic.h>

struct nr_session {
    int descriptor;
    int64_t size;
    int64_t position;
    _Atomic(int64_t) deadline; /* CLOCK_MONOTONIC nanoseconds, INT64_MAX: none. Decoder threads read it. */
    int64_t most_pixels;
    int refused_width, refused_height;
    nr_log_function log;
    void *log_context;
};
#endif
