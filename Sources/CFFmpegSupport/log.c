/* FFmpeg logs through one callback a process; each line is handed to the session of the file it is about. */
#include "CFFmpegSupport.h"
#include "session.h"

#include <stdarg.h>
#include <string.h>

#include <libavutil/log.h>

static _Thread_local nr_session *session_of_thread;

nr_session *nr_session_enter(nr_session *session) {
    nr_session *before = session_of_thread;
    session_of_thread = session;
    return before;
}

/* Decoder threads are not ours, so the context is asked first; most contexts name their parent. */
static nr_session *session_of_context(void *context) {
    while (context) {
        const AVClass *class = *(const AVClass **)context;
        if (!class) return NULL;
        if (!strcmp(class->class_name, "AVCodecContext")) return ((AVCodecContext *)context)->opaque;
        if (!strcmp(class->class_name, "AVFormatContext")) return ((AVFormatContext *)context)->opaque;
        if (!class->parent_log_context_offset) return NULL;
        context = *(void **)((uint8_t *)context + class->parent_log_context_offset);
    }
    return NULL;
}

static void hand_on(void *context, int level, const char *format, va_list arguments) {
    if (level > AV_LOG_INFO) return;
    nr_session *session = session_of_context(context);
    if (!session) session = session_of_thread;
    if (!session || !session->log) return;
    char line[1024];
    int print_prefix = 1;
    av_log_format_line2(context, level, format, arguments, line, sizeof line, &print_prefix);
    session->log(session->log_context, level, line);
}

void nr_redirect_log(void) { av_log_set_callback(hand_on); }
