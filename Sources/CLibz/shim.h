#include <zlib.h>

// A macro, which Swift does not see (zlib.h, deflateInit2): 16 more window bits make a gzip member (RFC 1952).
static inline int clibz_gzip_init(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}
