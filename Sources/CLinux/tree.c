#define _GNU_SOURCE
#include "CLinuxTree.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/vfs.h>
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

int clinux_exchange(const char *one, const char *other) {
    return renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE);
}

long clinux_file_system_type(const char *path) {
    struct statfs system;
    return statfs(path, &system) == 0 ? (long)system.f_type : -1;
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

// Linux 6.5; not in the headers of Debian 12.
#ifndef SYS_cachestat
#define SYS_cachestat 451
#endif

struct cachestat_range_ { uint64_t offset, length; };
struct cachestat_ { uint64_t cached, dirty, writeback, evicted, recently_evicted; };

int clinux_is_range_cached(int fd, off_t offset, off_t length) {
    static _Atomic int unavailable = 0;
    if (!unavailable) {
        struct cachestat_range_ range = {.offset = (uint64_t)offset, .length = (uint64_t)length};
        struct cachestat_ statistics;
        if (syscall(SYS_cachestat, fd, &range, &statistics, 0) == 0) {
            uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
            uint64_t first = range.offset / page, last = (range.offset + range.length - 1) / page;
            // Pages that are being read already count as cached; sendfile would wait for them, so the last one is asked for too.
            return statistics.cached > last - first && clinux_is_cached(fd, offset + length - 1);
        }
        if (errno == ENOSYS) unavailable = 1;
    }
    // As far apart as the kernel's usual read-ahead: what lies between comes and goes together.
    for (off_t probe = offset; probe < offset + length; probe += 128 << 10)
        if (!clinux_is_cached(fd, probe)) return 0;
    return clinux_is_cached(fd, offset + length - 1);
}

void clinux_read_ahead(int fd, off_t offset, off_t length, off_t beyond) {
    // Starts the reading of all of it, and does not wait.
    readahead(fd, offset, (size_t)(length + beyond));
    char byte;
    for (off_t probe = offset; probe < offset + length; probe += 64 << 10)
        if (pread(fd, &byte, 1, probe) <= 0) return;
    (void)!pread(fd, &byte, 1, offset + length - 1);
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
