// libvips takes its options as C varargs ("name", value, ..., NULL), which Swift cannot call, and keeps some of its API in
// macros. Each function here is one such call with its options spelled out: no logic, no loops, no state.
//
// https://www.libvips.org/API/8.14/
#pragma once

#include <vips/vips.h>
#include <dlfcn.h>
#include <vips/vector.h>

static inline int shim_vips_init(void) {
    return VIPS_INIT("mediad");
}

// liborc off. Since 8.15 vectors come from Highway, which is compiled ahead and hangs on the same switch; a build without it
// has no targets and still uses liborc.
static inline void shim_vips_disable_run_time_compiler(void) {
#if VIPS_MAJOR_VERSION > 8 || (VIPS_MAJOR_VERSION == 8 && VIPS_MINOR_VERSION >= 15)
    if (vips_vector_get_builtin_targets() != 0) return;
#endif
    vips_vector_set_enabled(FALSE);
}

static inline void shim_object_unref(void *object) {
    g_object_unref(object);
}

static inline size_t shim_sizeof_pel(VipsImage *image) {
    return VIPS_IMAGE_SIZEOF_PEL(image);
}

static inline void shim_free(void *memory) {
    g_free(memory);
}

static inline void shim_vips_error(const char *domain, const char *text) {
    vips_error(domain, "%s", text);
}

// Calls `release` when the image is gone.
static inline void shim_keep_alive(VipsImage *image, void *object, void (*release)(void *object)) {
    g_object_set_data_full(G_OBJECT(image), "mediad-kept", object, release);
}

static inline void *shim_region_address(VipsRegion *region, int x, int y) {
    return VIPS_REGION_ADDR(region, x, y);
}

static inline int shim_has_saver(const char *name) {
    return vips_type_find("VipsOperation", name) != 0;
}

// Whether libheif has the encoder that shim_vips_avifsave names. libheif is in the process because libvips, or a module of it, is linked
// with it: it is asked for where it is, and libvips believed where it is not. A context makes it load its plugins.
// https://github.com/strukturag/libheif/blob/v1.15.1/libheif/heif.h (heif_context_get_encoder_descriptors; 4 is AV1)
static inline int shim_has_aom_encoder(void) {
    void *library = dlopen("libheif.so.1", RTLD_LAZY | RTLD_NOLOAD);
    if (!library) return 1;
    void *(*allocate)(void) = (void *(*)(void))dlsym(library, "heif_context_alloc");
    void (*release)(void *) = (void (*)(void *))dlsym(library, "heif_context_free");
    int (*find)(void *, int, const char *, const void **, int) =
        (int (*)(void *, int, const char *, const void **, int))dlsym(library, "heif_context_get_encoder_descriptors");
    int found = 1;
    if (allocate && release && find) {
        void *context = allocate();
        const void *descriptor = NULL;
        found = context && find(context, 4, "aom", &descriptor, 1) > 0;
        if (context) release(context);
    }
    dlclose(library);
    return found;
}

// Loaders: always sequential, always the one that the caller names. https://www.libvips.org/API/8.14/VipsForeignSave.html

static inline int shim_vips_jpegload(VipsSource *source, VipsImage **out, int shrink) {
    return vips_jpegload_source(source, out, "shrink", shrink, "access", VIPS_ACCESS_SEQUENTIAL,
                                "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
}

static inline int shim_vips_pngload(VipsSource *source, VipsImage **out) {
    return vips_pngload_source(source, out, "access", VIPS_ACCESS_SEQUENTIAL,
                               "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
}

static inline int shim_vips_webpload(VipsSource *source, VipsImage **out, double scale, int page, int pages) {
    return vips_webpload_source(source, out, "scale", scale, "page", page, "n", pages,
                                "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
}

static inline int shim_vips_gifload(VipsSource *source, VipsImage **out, int page, int pages) {
    return vips_gifload_source(source, out, "page", page, "n", pages, "access", VIPS_ACCESS_SEQUENTIAL,
                               "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
}

static inline int shim_vips_heifload(VipsSource *source, VipsImage **out) {
    return vips_heifload_source(source, out, "access", VIPS_ACCESS_SEQUENTIAL,
                                "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
}

static inline int shim_vips_tiffload(VipsSource *source, VipsImage **out, int page) {
    return vips_tiffload_source(source, out, "page", page, "n", 1,
                                "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
}

static inline int shim_vips_svgload(VipsSource *source, VipsImage **out, double scale) {
    return vips_svgload_source(source, out, "scale", scale, "access", VIPS_ACCESS_SEQUENTIAL,
                               "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
}

// Operations.

// Without export_profile: with it, 8.14 sends pictures without a profile through D65 Lab and back through a D50 profile, and
// pure red comes out as 248, 25, 17.
static inline int shim_vips_thumbnail_image_plain(VipsImage *in, VipsImage **out, int width, int height) {
    return vips_thumbnail_image(in, out, width, "height", height, "size", VIPS_SIZE_FORCE,
                                "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
}

static inline int shim_vips_thumbnail_image(VipsImage *in, VipsImage **out, int width, int height) {
    return vips_thumbnail_image(in, out, width, "height", height, "size", VIPS_SIZE_FORCE,
                                "export_profile", "srgb", "intent", VIPS_INTENT_RELATIVE,
                                "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
}

// With the black point compensated: else the black of a press, which is a dark grey, stays one on a screen.
static inline int shim_vips_cmyk_to_srgb(VipsImage *in, VipsImage **out) {
    return vips_icc_transform(in, out, "srgb", "embedded", TRUE, "input_profile", "cmyk",
                              "intent", VIPS_INTENT_RELATIVE, "black_point_compensation", TRUE, "depth", 8, NULL);
}

static inline int shim_vips_smartcrop(VipsImage *in, VipsImage **out, int width, int height,
                                      VipsInteresting interesting) {
    return vips_smartcrop(in, out, width, height, "interesting", interesting, NULL);
}

// Pictures of one size, one below the other.
static inline int shim_vips_arrayjoin(VipsImage **in, VipsImage **out, int count) {
    return vips_arrayjoin(in, out, count, "across", 1, NULL);
}

static inline int shim_vips_crop(VipsImage *in, VipsImage **out, int left, int top, int width, int height) {
    return vips_crop(in, out, left, top, width, height, NULL);
}

static inline int shim_vips_srgb(VipsImage *in, VipsImage **out) {
    return vips_colourspace(in, out, VIPS_INTERPRETATION_sRGB, NULL);
}

static inline int shim_vips_copy(VipsImage *in, VipsImage **out) {
    return vips_copy(in, out, NULL);
}

static inline int shim_vips_copy_as(VipsImage *in, VipsImage **out, VipsInterpretation interpretation) {
    return vips_copy(in, out, "interpretation", interpretation, NULL);
}

static inline int shim_vips_shrink(VipsImage *in, VipsImage **out, double factor) {
    return vips_shrink(in, out, factor, factor, "ceil", TRUE, NULL);
}

static inline int shim_vips_cast(VipsImage *in, VipsImage **out, VipsBandFormat format) {
    return vips_cast(in, out, format, NULL);
}

static inline int shim_vips_avg(VipsImage *in, double *out) {
    return vips_avg(in, out, NULL);
}

static inline int shim_vips_min(VipsImage *in, double *out) {
    return vips_min(in, out, NULL);
}

static inline int shim_vips_max(VipsImage *in, double *out) {
    return vips_max(in, out, NULL);
}

static inline int shim_vips_addalpha(VipsImage *in, VipsImage **out) {
    return vips_addalpha(in, out, NULL);
}

static inline int shim_vips_premultiply(VipsImage *in, VipsImage **out) {
    return vips_premultiply(in, out, NULL);
}

static inline int shim_vips_unpremultiply(VipsImage *in, VipsImage **out) {
    return vips_unpremultiply(in, out, NULL);
}

static inline int shim_vips_cast_uchar(VipsImage *in, VipsImage **out) {
    return vips_cast_uchar(in, out, NULL);
}

static inline int shim_vips_gaussblur(VipsImage *in, VipsImage **out, double sigma) {
    return vips_gaussblur(in, out, sigma, NULL);
}

// Around the picture: zeros, which with an alpha band is transparent.
static inline int shim_vips_embed(VipsImage *in, VipsImage **out, int left, int top, int width, int height) {
    return vips_embed(in, out, left, top, width, height, "extend", VIPS_EXTEND_BLACK, NULL);
}

typedef struct {
    double red, green, blue;
} shim_rgb;

static inline int shim_vips_embed_on(VipsImage *in, VipsImage **out, int left, int top, int width, int height,
                                     shim_rgb color) {
    double values[3] = {color.red, color.green, color.blue};
    VipsArrayDouble *background = vips_array_double_new(values, 3);
    int result = vips_embed(in, out, left, top, width, height, "extend", VIPS_EXTEND_BACKGROUND,
                            "background", background, NULL);
    vips_area_unref(VIPS_AREA(background));
    return result;
}

static inline int shim_vips_flatten(VipsImage *in, VipsImage **out, shim_rgb color) {
    double values[3] = {color.red, color.green, color.blue};
    VipsArrayDouble *background = vips_array_double_new(values, 3);
    int result = vips_flatten(in, out, "background", background, NULL);
    vips_area_unref(VIPS_AREA(background));
    return result;
}

// Savers: into memory that g_free releases.

static inline int shim_vips_webpsave(VipsImage *in, void **buffer, size_t *length, int quality, int effort) {
    return vips_webpsave_buffer(in, buffer, length, "Q", quality, "effort", effort, "strip", TRUE, NULL);
}

static inline int shim_vips_jpegsave(VipsImage *in, void **buffer, size_t *length, int quality) {
    return vips_jpegsave_buffer(in, buffer, length, "Q", quality, "optimize_coding", TRUE, "interlace", TRUE,
                                "subsample_mode", VIPS_FOREIGN_SUBSAMPLE_ON, "strip", TRUE, NULL);
}

// The encoder is named, so that another one that happens to be installed changes no bytes.
static inline int shim_vips_avifsave(VipsImage *in, void **buffer, size_t *length, int quality, int effort) {
    return vips_heifsave_buffer(in, buffer, length, "compression", VIPS_FOREIGN_HEIF_COMPRESSION_AV1,
                                "encoder", VIPS_FOREIGN_HEIF_ENCODER_AOM, "bitdepth", 8, "Q", quality,
                                "effort", effort, "strip", TRUE, NULL);
}

static inline int shim_vips_pngsave(VipsImage *in, void **buffer, size_t *length) {
    return vips_pngsave_buffer(in, buffer, length, "filter", VIPS_FOREIGN_PNG_FILTER_ALL, "strip", TRUE, NULL);
}

static inline int shim_vips_pngsave_palette(VipsImage *in, void **buffer, size_t *length, int quality, int effort) {
    return vips_pngsave_buffer(in, buffer, length, "palette", TRUE, "Q", quality, "effort", effort, "strip", TRUE, NULL);
}
