#define _GNU_SOURCE
#include "CLinuxTree.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

int clinux_open_beneath(int dirfd, const char *path, int flags, mode_t mode) {
    struct open_how how = {
        .flags = (uint64_t)(unsigned int)flags | O_CLOEXEC,
        .mode = (flags & O_CREAT) ? mode : 0,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    return (int)syscall(SYS_openat2, dirfd, path, &how, sizeof how);
}

int clinux_openat(int dirfd, const char *path, int flags, mode_t mode) {
    return openat(dirfd, path, flags | O_CLOEXEC, mode);
}

int clinux_rename(int fromdir, const char *from, int todir, const char *to, int noreplace) {
    return renameat2(fromdir, from, todir, to, noreplace ? RENAME_NOREPLACE : 0);
}

long clinux_utime_omit(void) { return UTIME_OMIT; }

int clinux_is_cached(int fd, off_t offset) {
    char byte;
    struct iovec vector = {.iov_base = &byte, .iov_len = 1};
    ssize_t count = preadv2(fd, &vector, 1, offset, RWF_NOWAIT);
    return !(count < 0 && errno == EAGAIN);
}
