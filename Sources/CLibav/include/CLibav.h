// FFmpeg's libraries, loaded when they are asked for and not linked: 60 shared objects and 10 MB that only a worker needs, and
// that the daemon's own process, which decodes nothing, does without.
//
//     if (clibav_load(&reason) == 0) clibav()->avformat_open_input(...)
//
// Source: https://ffmpeg.org/doxygen/5.1/ ; the sonames are those of the headers this was built with, and
// libraries older than those are refused.
#ifndef CLIBAV_H
#define CLIBAV_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/dict.h>
#include <libavutil/display.h>
#include <libavutil/error.h>
#include <libavutil/imgutils.h>
#include <libavutil/log.h>
#include <libavutil/mathematics.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

// Every function that is used, with its library.
#define CLIBAV_FUNCTIONS(FUNCTION)                          \
    FUNCTION(avformat, avformat_version)                    \
    FUNCTION(avformat, avformat_alloc_context)              \
    FUNCTION(avformat, avformat_close_input)                \
    FUNCTION(avformat, avformat_find_stream_info)           \
    FUNCTION(avformat, avformat_index_get_entry_from_timestamp) \
    FUNCTION(avformat, avformat_open_input)                 \
    FUNCTION(avformat, avio_alloc_context)                  \
    FUNCTION(avformat, avio_context_free)                   \
    FUNCTION(avformat, av_find_input_format)                \
    FUNCTION(avformat, av_guess_sample_aspect_ratio)        \
    FUNCTION(avformat, av_read_frame)                       \
    FUNCTION(avformat, av_seek_frame)                       \
    FUNCTION(avformat, av_stream_get_side_data)             \
    FUNCTION(avcodec, avcodec_version)                      \
    FUNCTION(avcodec, avcodec_alloc_context3)               \
    FUNCTION(avcodec, avcodec_find_decoder)                 \
    FUNCTION(avcodec, avcodec_flush_buffers)                \
    FUNCTION(avcodec, avcodec_free_context)                 \
    FUNCTION(avcodec, avcodec_get_name)                     \
    FUNCTION(avcodec, avcodec_open2)                        \
    FUNCTION(avcodec, avcodec_parameters_to_context)        \
    FUNCTION(avcodec, avcodec_receive_frame)                \
    FUNCTION(avcodec, avcodec_send_packet)                  \
    FUNCTION(avcodec, av_packet_alloc)                      \
    FUNCTION(avcodec, av_packet_free)                       \
    FUNCTION(avcodec, av_packet_unref)                      \
    FUNCTION(avutil, avutil_version)                        \
    FUNCTION(avutil, av_dict_free)                          \
    FUNCTION(avutil, av_dict_get)                           \
    FUNCTION(avutil, av_dict_set)                           \
    FUNCTION(avutil, av_frame_alloc)                        \
    FUNCTION(avutil, av_frame_free)                         \
    FUNCTION(avutil, av_free)                               \
    FUNCTION(avutil, av_log_set_level)                      \
    FUNCTION(avutil, av_malloc)                             \
    FUNCTION(avutil, av_strerror)                           \
    FUNCTION(swscale, swscale_version)                      \
    FUNCTION(swscale, sws_freeContext)                      \
    FUNCTION(swscale, sws_getCoefficients)                  \
    FUNCTION(swscale, sws_getContext)                       \
    FUNCTION(swscale, sws_scale)                            \
    FUNCTION(swscale, sws_setColorspaceDetails)

struct clibav_functions {
#define CLIBAV_POINTER(library, name) __typeof__(&name) _Nonnull name;
    CLIBAV_FUNCTIONS(CLIBAV_POINTER)
#undef CLIBAV_POINTER
};

// Loads the libraries: some 20 ms, once per process, before a sandbox closes. Not for two threads at a time.
// Returns 0; or -1 and, in `*reason`, what dlerror(3) says or which library is too old.
int clibav_load(const char *_Nullable *_Nonnull reason);

// The functions; only after clibav_load was successful.
const struct clibav_functions *_Nonnull clibav(void);

// Macros that Swift does not import.
static inline int64_t clibav_no_timestamp(void) { return AV_NOPTS_VALUE; }
static inline int clibav_end_of_file(void) { return AVERROR_EOF; }
static inline int clibav_try_again(void) { return AVERROR(EAGAIN); }
static inline int clibav_error(int number) { return AVERROR(number); }

#endif
