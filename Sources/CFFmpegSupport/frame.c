/* Fields of streams and frames that moved between FFmpeg versions or that Swift sees as tuples. */
#include "CFFmpegSupport.h"

#include <string.h>

#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>

enum { matrix_bytes = 9 * sizeof(int32_t) };

bool nr_stream_display_matrix(const AVStream *stream, int32_t matrix[9]) {
    const uint8_t *bytes = NULL;
    size_t size = 0;
#if LIBAVFORMAT_VERSION_MAJOR >= 61
    const AVPacketSideData *data = av_packet_side_data_get(
        stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
    if (data) {
        bytes = data->data;
        size = data->size;
    }
#else
    bytes = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
#endif
    if (!bytes || size < matrix_bytes) return false;
    memcpy(matrix, bytes, matrix_bytes);
    return true;
}

bool nr_frame_display_matrix(const AVFrame *frame, int32_t matrix[9]) {
    const AVFrameSideData *data = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX);
    if (!data || data->size < matrix_bytes) return false;
    memcpy(matrix, data->data, matrix_bytes);
    return true;
}

bool nr_frame_is_corrupt(const AVFrame *frame) {
    return (frame->flags & AV_FRAME_FLAG_CORRUPT) || frame->decode_error_flags;
}

int64_t nr_frame_duration(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
    return frame->duration;
#else
    return frame->pkt_duration;
#endif
}

int nr_scale_packed(struct SwsContext *scaler, const AVFrame *frame, uint8_t *destination, int stride) {
    uint8_t *planes[4] = {destination};
    int strides[4] = {stride};
    return sws_scale(scaler, (const uint8_t *const *)frame->data, frame->linesize, 0, frame->height, planes, strides);
}

void nr_read_component(const AVFrame *frame, int component, int y, int width, uint16_t *values) {
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get(frame->format);
    bool is_palette = format->flags & AV_PIX_FMT_FLAG_PAL;
    av_read_image_line2(values, (const uint8_t **)frame->data, frame->linesize, format, 0, y,
                        is_palette ? 0 : component, width, 0, sizeof *values);
    if (!is_palette) return;
    /* Entries are 0xAARRGGBB; av_read_image_line2's own look-up reads them by byte, and not the alpha. */
    const uint32_t *entries = (const uint32_t *)frame->data[1];
    int shift = component == 3 ? 24 : 16 - 8 * component;
    for (int x = 0; x < width; x++) values[x] = entries[values[x] & 255] >> shift & 255;
}

const uint8_t *nr_frame_plane(const AVFrame *frame, int plane) { return frame->data[plane]; }
int nr_frame_stride(const AVFrame *frame, int plane) { return frame->linesize[plane]; }
