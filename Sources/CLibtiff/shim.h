// libtiff reads through functions that it is given, and tells fields through C varargs, which Swift cannot call.
//
// http://libtiff.gitlab.io/libtiff/functions/TIFFOpen.html
#pragma once

#include <string.h>
#include <tiffio.h>

// A file in memory. It must stay where it is as long as the file is open.
typedef struct {
    const uint8_t *bytes;
    uint64_t count;
    uint64_t position;
} shim_tiff_memory;

static inline tmsize_t shim_tiff_read(thandle_t handle, void *buffer, tmsize_t size) {
    shim_tiff_memory *memory = (shim_tiff_memory *)handle;
    if (size <= 0 || memory->position >= memory->count) return 0;
    uint64_t left = memory->count - memory->position;
    uint64_t count = (uint64_t)size < left ? (uint64_t)size : left;
    memcpy(buffer, memory->bytes + memory->position, count);
    memory->position += count;
    return (tmsize_t)count;
}

static inline tmsize_t shim_tiff_write(thandle_t handle, void *buffer, tmsize_t size) { return -1; }

static inline toff_t shim_tiff_seek(thandle_t handle, toff_t offset, int whence) {
    shim_tiff_memory *memory = (shim_tiff_memory *)handle;
    uint64_t base = whence == SEEK_CUR ? memory->position : whence == SEEK_END ? memory->count : 0;
    memory->position = base + offset;
    return memory->position;
}

static inline int shim_tiff_close(thandle_t handle) { return 0; }
static inline toff_t shim_tiff_size(thandle_t handle) { return ((shim_tiff_memory *)handle)->count; }

// Read only, and not mapped: the bytes may be changed in place by libtiff otherwise.
static inline TIFF *shim_tiff_open(shim_tiff_memory *memory) {
    return TIFFClientOpen("TIFF", "rm", (thandle_t)memory, shim_tiff_read, shim_tiff_write, shim_tiff_seek,
                          shim_tiff_close, shim_tiff_size, NULL, NULL);
}

static inline int shim_tiff_u16(TIFF *file, uint32_t tag, uint16_t *value) {
    return TIFFGetFieldDefaulted(file, tag, value);
}

static inline int shim_tiff_u32(TIFF *file, uint32_t tag, uint32_t *value) {
    return TIFFGetFieldDefaulted(file, tag, value);
}

static inline int shim_tiff_extra_samples(TIFF *file, uint16_t *count, uint16_t **kinds) {
    return TIFFGetFieldDefaulted(file, TIFFTAG_EXTRASAMPLES, count, kinds);
}

static inline int shim_tiff_profile(TIFF *file, uint32_t *count, void **profile) {
    return TIFFGetField(file, TIFFTAG_ICCPROFILE, count, profile);
}

static inline int shim_tiff_palette(TIFF *file, uint16_t **red, uint16_t **green, uint16_t **blue) {
    return TIFFGetField(file, TIFFTAG_COLORMAP, red, green, blue);
}
