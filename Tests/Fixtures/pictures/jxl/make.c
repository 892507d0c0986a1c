// Makes the small JPEG XL files here: four colours in quarters (as sRGB numbers 220, 40, 40; 40, 200, 40; 40, 40, 220; 220, 220, 40).
// cc make.c -ljxl && ./a.out FILE srgb|p3|pq|hlg|icc:PROFILE|cmyk ORIENTATION lossless|progressive     (libjxl 0.7)
#include <jxl/encode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int count, char **arguments) {
    const int width = 120, height = 90;
    const int colours[4][3] = {{220, 40, 40}, {40, 200, 40}, {40, 40, 220}, {220, 220, 40}};
    const char *space = arguments[2];
    int cmyk = !strcmp(space, "cmyk");
    unsigned short *pixels = malloc(width * height * 6), *black = calloc(width * height, 2);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            for (int c = 0; c < 3; c++)
                pixels[(y * width + x) * 3 + c] = colours[(y >= height / 2) * 2 + (x >= width / 2)][c] * 257;
    JxlEncoder *encoder = JxlEncoderCreate(NULL);
    JxlBasicInfo info;
    JxlEncoderInitBasicInfo(&info);
    int lossless = !strcmp(arguments[4], "lossless");
    info.xsize = width, info.ysize = height, info.bits_per_sample = 16;
    info.orientation = atoi(arguments[3]);
    info.uses_original_profile = lossless;
    info.num_extra_channels = cmyk;
    JxlEncoderSetCodestreamLevel(encoder, 10);
    JxlEncoderSetBasicInfo(encoder, &info);
    if (cmyk) {
        JxlExtraChannelInfo channel;
        JxlEncoderInitExtraChannelInfo(JXL_CHANNEL_BLACK, &channel);
        channel.bits_per_sample = 16;
        JxlEncoderSetExtraChannelInfo(encoder, 0, &channel);
    }
    JxlColorEncoding encoding;
    JxlColorEncodingSetToSRGB(&encoding, 0);
    if (!strcmp(space, "p3")) encoding.primaries = JXL_PRIMARIES_P3;
    if (!strcmp(space, "pq")) encoding.primaries = JXL_PRIMARIES_2100, encoding.transfer_function = JXL_TRANSFER_FUNCTION_PQ;
    if (!strcmp(space, "hlg")) encoding.primaries = JXL_PRIMARIES_2100, encoding.transfer_function = JXL_TRANSFER_FUNCTION_HLG;
    if (!strncmp(space, "icc:", 4)) {
        static unsigned char profile[1 << 20];
        FILE *file = fopen(space + 4, "rb");
        JxlEncoderSetICCProfile(encoder, profile, fread(profile, 1, sizeof profile, file));
    } else
        JxlEncoderSetColorEncoding(encoder, &encoding);
    JxlEncoderFrameSettings *settings = JxlEncoderFrameSettingsCreate(encoder, NULL);
    if (lossless)
        JxlEncoderSetFrameLossless(settings, 1);
    else {
        JxlEncoderSetFrameDistance(settings, 0.5);
        JxlEncoderFrameSettingsSetOption(settings, JXL_ENC_FRAME_SETTING_PROGRESSIVE_DC, 1);
        JxlEncoderFrameSettingsSetOption(settings, JXL_ENC_FRAME_SETTING_PROGRESSIVE_AC, 1);
    }
    JxlPixelFormat format = {3, JXL_TYPE_UINT16, JXL_NATIVE_ENDIAN, 0};
    if (JxlEncoderAddImageFrame(settings, &format, pixels, width * height * 6)) return 1;
    if (cmyk) {
        JxlPixelFormat one = {1, JXL_TYPE_UINT16, JXL_NATIVE_ENDIAN, 0};
        if (JxlEncoderSetExtraChannelBuffer(settings, &one, black, width * height * 2, 0)) return 2;
    }
    JxlEncoderCloseInput(encoder);
    static unsigned char bytes[1 << 20];
    unsigned char *next = bytes;
    size_t room = sizeof bytes;
    if (JxlEncoderProcessOutput(encoder, &next, &room)) return 3;
    FILE *file = fopen(arguments[1], "wb");
    fwrite(bytes, 1, next - bytes, file);
    return fclose(file);
}
