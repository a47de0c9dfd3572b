#ifndef NR_FFMPEG_SUPPORT_H
#define NR_FFMPEG_SUPPORT_H
/* What Swift cannot say about FFmpeg: macros, variadic callbacks, C callbacks with state, and the differences between
 * FFmpeg 5.1, 6 and 7. */
#include <stdbool.h>
#include <stdint.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>

extern const int64_t nr_no_timestamp;  /* AV_NOPTS_VALUE */
extern const int nr_error_eof;
extern const int nr_error_again;
extern const int nr_error_exit;
extern const int nr_error_invalid_data;
extern const int nr_error_no_memory;

/* One opened file: its descriptor, the deadline of the running operation, the picture size that is refused, and where
 * FFmpeg's log lines go. Every FFmpeg context made for the file points to it. */
typedef struct nr_session nr_session;
typedef void (*nr_log_function)(void *context, int level, const char *line);

/* Opens `path` for reading if it is a regular file. 0, an errno, or -1 for a file that is not regular. */
int nr_open_regular_file(const char *path, int *descriptor, int64_t *size);

/* Takes over `descriptor`, also when it fails (NULL: no memory). `log` may be NULL: lines are dropped. */
nr_session *nr_session_open(int descriptor, int64_t size, nr_log_function log, void *log_context);
void nr_session_close(nr_session *session);
/* Reads up to `count` bytes at `offset`: bytes read, 0 at the end, or a negative AVERROR. */
int64_t nr_session_read(nr_session *session, uint8_t *bytes, int64_t count, int64_t offset);
void nr_session_set_deadline(nr_session *session, double seconds_from_now);
bool nr_session_expired(const nr_session *session);
/* Log lines that FFmpeg writes on this thread without naming a context go to `session` (NULL: nowhere). Returns the
 * session that was set before. */
nr_session *nr_session_enter(nr_session *session);

/* Reads the file through a buffered context of FFmpeg's; freed with nr_io_free. */
AVIOContext *nr_io_open(nr_session *session);
void nr_io_free(AVIOContext *io);
/* A demuxing context that reads `io` only: whatever the file names (playlists, references) is refused. */
AVFormatContext *nr_format_context(nr_session *session, AVIOContext *io);

/* Lets `codec` log to the session. */
void nr_session_attach(nr_session *session, AVCodecContext *codec);
/* Lets `codec`, attached before and without threads, refuse pictures of more than `most_pixels` before it takes memory
 * for them, and note their size. */
void nr_session_limit_picture(nr_session *session, AVCodecContext *codec, int64_t most_pixels);
/* The size of the last picture refused, 0 x 0 if none was. */
void nr_session_refused_size(const nr_session *session, int *width, int *height);

/* The display matrix a container or a frame carries; false if there is none. */
bool nr_stream_display_matrix(const AVStream *stream, int32_t matrix[9]);
bool nr_frame_display_matrix(const AVFrame *frame, int32_t matrix[9]);
bool nr_frame_is_corrupt(const AVFrame *frame);
int64_t nr_frame_duration(const AVFrame *frame);

/* Scales a frame into one packed plane. */
int nr_scale_packed(struct SwsContext *scaler, const AVFrame *frame, uint8_t *destination, int stride);
/* One component of `width` pixels of row `y` as 16-bit values in the format's depth, palettes looked up. */
void nr_read_component(const AVFrame *frame, int component, int y, int width, uint16_t *values);
const uint8_t *nr_frame_plane(const AVFrame *frame, int plane);
int nr_frame_stride(const AVFrame *frame, int plane);
/* Turns FFmpeg's own log to the sessions'. Called once a process. */
void nr_redirect_log(void);
#endif
