#include "CLibav.h"

#include <dlfcn.h>
#include <stddef.h>

#define CLIBAV_TEXT_(value) #value
#define CLIBAV_TEXT(value) CLIBAV_TEXT_(value)
#define CLIBAV_SONAME(library, major) "lib" library ".so." CLIBAV_TEXT(major)

static struct clibav_functions functions;

const struct clibav_functions *clibav(void) { return &functions; }

static void *open_library(const char *soname, const char **reason) {
    void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) *reason = dlerror();
    return library;
}

// The libraries stay loaded as long as the process lives.
int clibav_load(const char **reason) {
    void *avutil = open_library(CLIBAV_SONAME("avutil", LIBAVUTIL_VERSION_MAJOR), reason);
    if (avutil == NULL) return -1;
    void *avcodec = open_library(CLIBAV_SONAME("avcodec", LIBAVCODEC_VERSION_MAJOR), reason);
    if (avcodec == NULL) return -1;
    void *avformat = open_library(CLIBAV_SONAME("avformat", LIBAVFORMAT_VERSION_MAJOR), reason);
    if (avformat == NULL) return -1;
    void *swscale = open_library(CLIBAV_SONAME("swscale", LIBSWSCALE_VERSION_MAJOR), reason);
    if (swscale == NULL) return -1;
#define CLIBAV_LOOK_UP(library, name)                          \
    functions.name = (__typeof__(&name))dlsym(library, #name); \
    if (functions.name == NULL) {                              \
        *reason = dlerror();                                   \
        return -1;                                             \
    }
    CLIBAV_FUNCTIONS(CLIBAV_LOOK_UP)
#undef CLIBAV_LOOK_UP
    // Under one soname structures grow at their end: those of an older library end before fields that its headers promise.
    // https://ffmpeg.org/developer.html#Library-public-interfaces
#define CLIBAV_CHECK(library, MAJOR, MINOR)                                        \
    if (functions.library##_version() < AV_VERSION_INT(MAJOR, MINOR, 0)) {         \
        *reason = "lib" #library " is older than the headers this was built with"; \
        return -1;                                                                 \
    }
    CLIBAV_CHECK(avutil, LIBAVUTIL_VERSION_MAJOR, LIBAVUTIL_VERSION_MINOR)
    CLIBAV_CHECK(avcodec, LIBAVCODEC_VERSION_MAJOR, LIBAVCODEC_VERSION_MINOR)
    CLIBAV_CHECK(avformat, LIBAVFORMAT_VERSION_MAJOR, LIBAVFORMAT_VERSION_MINOR)
    CLIBAV_CHECK(swscale, LIBSWSCALE_VERSION_MAJOR, LIBSWSCALE_VERSION_MINOR)
#undef CLIBAV_CHECK
    return 0;
}
