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

ssize_t clinux_read_cached(int fd, void *bytes, size_t length, off_t offset) {
    struct iovec vector = {.iov_base = bytes, .iov_len = length};
    return preadv2(fd, &vector, 1, offset, RWF_NOWAIT);
}

ssize_t clinux_write_durably(int fd, const void *bytes, size_t length, off_t offset) {
    struct iovec vector = {.iov_base = (void *)bytes, .iov_len = length};
    ssize_t count = pwritev2(fd, &vector, 1, offset, RWF_DSYNC);
    if (count >= 0 || (errno != EOPNOTSUPP && errno != ENOSYS)) return count;
    count = pwrite(fd, bytes, length, offset);
    return count < 0 || fdatasync(fd) == 0 ? count : -1;
}

int clinux_start_writeback(int fd, off_t offset, off_t length) {
    return sync_file_range(fd, offset, length, SYNC_FILE_RANGE_WRITE);
}

ssize_t clinux_copy_range(int from, off_t from_offset, int to, off_t to_offset, size_t length) {
    return copy_file_range(from, &from_offset, to, &to_offset, length, 0);
}
