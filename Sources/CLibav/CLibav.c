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
    return 0;
}
