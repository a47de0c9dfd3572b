/* A file opened for FFmpeg: reading through our own descriptor, deadlines, size limits. */
#include "CFFmpegSupport.h"
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

const int64_t nr_no_timestamp = AV_NOPTS_VALUE;
const int nr_error_eof = AVERROR_EOF;
const int nr_error_again = AVERROR(EAGAIN);
const int nr_error_exit = AVERROR_EXIT;
const int nr_error_invalid_data = AVERROR_INVALIDDATA;
const int nr_error_no_memory = AVERROR(ENOMEM);

enum { io_buffer_size = 64 * 1024 };

int nr_open_regular_file(const char *path, int *descriptor, int64_t *size) {
    struct stat info;
    /* stat before open: opening a device can have effects, opening a pipe can block. */
    if (stat(path, &info) != 0) return errno;
    if (!S_ISREG(info.st_mode)) return -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return errno;
    if (fstat(fd, &info) != 0) {
        int error = errno;
        close(fd);
        return error;
    }
    if (!S_ISREG(info.st_mode)) {
        close(fd);
        return -1;
    }
    *descriptor = fd;
    *size = info.st_size;
    return 0;
}

static int64_t monotonic_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

nr_session *nr_session_open(int descriptor, int64_t size, nr_log_function log, void *log_context) {
    nr_session *session = calloc(1, sizeof *session);
    if (!session) {
        close(descriptor);
        return NULL;
    }
    session->descriptor = descriptor;
    session->size = size;
    session->log = log;
    session->log_context = log_context;
    atomic_init(&session->deadline, INT64_MAX);
    return session;
}

void nr_session_close(nr_session *session) {
    if (!session) return;
    close(session->descriptor);
    free(session);
}

void nr_session_set_deadline(nr_session *session, double seconds) {
    /* Above a century the product would leave int64. */
    int64_t deadline = INT64_MAX;
    if (seconds < 3e9) deadline = monotonic_nanoseconds() + (seconds > 0 ? (int64_t)(seconds * 1e9) : 0);
    atomic_store_explicit(&session->deadline, deadline, memory_order_relaxed);
}

bool nr_session_expired(const nr_session *session) {
    int64_t deadline = atomic_load_explicit(&session->deadline, memory_order_relaxed);
    return deadline != INT64_MAX && monotonic_nanoseconds() >= deadline;
}

int64_t nr_session_read(nr_session *session, uint8_t *bytes, int64_t count, int64_t offset) {
    if (nr_session_expired(session)) return AVERROR_EXIT;
    ssize_t got;
    do {
        got = pread(session->descriptor, bytes, (size_t)count, offset);
    } while (got < 0 && errno == EINTR);
    return got < 0 ? AVERROR(errno) : got;
}

static int io_read(void *opaque, uint8_t *bytes, int count) {
    nr_session *session = opaque;
    int64_t got = nr_session_read(session, bytes, count, session->position);
    if (got == 0) return AVERROR_EOF;
    if (got > 0) session->position += got;
    return (int)got;
}

static int64_t io_seek(void *opaque, int64_t offset, int whence) {
    nr_session *session = opaque;
    switch (whence & ~AVSEEK_FORCE) {
    case AVSEEK_SIZE: return session->size;
    case SEEK_SET: break;
    case SEEK_CUR: offset += session->position; break;
    case SEEK_END: offset += session->size; break;
    default: return AVERROR(EINVAL);
    }
    if (offset < 0) return AVERROR(EINVAL);
    return session->position = offset;
}

AVIOContext *nr_io_open(nr_session *session) {
    uint8_t *buffer = av_malloc(io_buffer_size);
    if (!buffer) return NULL;
    session->position = 0;
    AVIOContext *io = avio_alloc_context(buffer, io_buffer_size, 0, session, io_read, NULL, io_seek);
    if (!io) av_free(buffer);
    return io;
}

void nr_io_free(AVIOContext *io) {
    if (!io) return;
    av_freep(&io->buffer);
    avio_context_free(&io);
}

static int refuse_to_open(AVFormatContext *context, AVIOContext **io, const char *url, int flags,
                          AVDictionary **options) {
    av_log(context, AV_LOG_WARNING, "refused to open '%s', which the file refers to\n", url);
    return AVERROR(EPERM);
}

static int interrupted(void *opaque) { return nr_session_expired(opaque); }

AVFormatContext *nr_format_context(nr_session *session, AVIOContext *io) {
    AVFormatContext *context = avformat_alloc_context();
    if (!context) return NULL;
    context->pb = io;
    context->opaque = session;
    context->io_open = refuse_to_open;
    context->interrupt_callback = (AVIOInterruptCB){interrupted, session};
    context->flags |= AVFMT_FLAG_CUSTOM_IO;
    return context;
}

static int allocate_picture(AVCodecContext *codec, AVFrame *frame, int flags) {
    nr_session *session = codec->opaque;
    if ((int64_t)frame->width * frame->height > session->most_pixels) {
        session->refused_width = frame->width;
        session->refused_height = frame->height;
        return AVERROR(EINVAL);
    }
    return avcodec_default_get_buffer2(codec, frame, flags);
}

void nr_session_attach(nr_session *session, AVCodecContext *codec) { codec->opaque = session; }

void nr_session_limit_picture(nr_session *session, AVCodecContext *codec, int64_t most_pixels) {
    session->most_pixels = most_pixels;
    session->refused_width = session->refused_height = 0;
    codec->get_buffer2 = allocate_picture;
}

void nr_session_refused_size(const nr_session *session, int *width, int *height) {
    *width = session->refused_width;
    *height = session->refused_height;
}
