// What of libjxl changed its parameters: until 0.9 these functions had one that was never used.
//
// https://libjxl.readthedocs.io/en/latest/api_decoder.html
#pragma once

#include <jxl/decode.h>
#include <jxl/version.h>

#if JPEGXL_NUMERIC_VERSION < JPEGXL_COMPUTE_NUMERIC_VERSION(0, 9, 0)
#define SHIM_JXL_DECODER(decoder) decoder, NULL
#else
#define SHIM_JXL_DECODER(decoder) decoder
#endif

// Of the pixels that come out, which is not always that of the original.
static inline JxlDecoderStatus shim_jxl_encoding(const JxlDecoder *decoder, JxlColorEncoding *encoding) {
    return JxlDecoderGetColorAsEncodedProfile(SHIM_JXL_DECODER(decoder), JXL_COLOR_PROFILE_TARGET_DATA, encoding);
}

static inline JxlDecoderStatus shim_jxl_icc_size(const JxlDecoder *decoder, size_t *size) {
    return JxlDecoderGetICCProfileSize(SHIM_JXL_DECODER(decoder), JXL_COLOR_PROFILE_TARGET_DATA, size);
}

static inline JxlDecoderStatus shim_jxl_icc(const JxlDecoder *decoder, uint8_t *profile, size_t size) {
    return JxlDecoderGetColorAsICCProfile(SHIM_JXL_DECODER(decoder), JXL_COLOR_PROFILE_TARGET_DATA, profile, size);
}
