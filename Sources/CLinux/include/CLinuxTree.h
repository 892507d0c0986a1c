// The calls that the tree of files is made of.
#ifndef CLINUX_TREE_H
#define CLINUX_TREE_H

#include <sys/types.h>

// openat2(2) has no glibc wrapper. RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS and RESOLVE_NO_MAGICLINKS make the kernel refuse
// every way out of `dirfd`. O_CLOEXEC is added. `mode` counts only with O_CREAT.
int clinux_open_beneath(int dirfd, const char *path, int flags, mode_t mode);

// openat(2) is variadic. O_CLOEXEC is added.
int clinux_openat(int dirfd, const char *path, int flags, mode_t mode);

// renameat2(2): RENAME_NOREPLACE is the only race-free way not to overwrite.
int clinux_rename(int fromdir, const char *from, int todir, const char *to, int noreplace);

// renameat2(2): two paths change places in one step.
int clinux_exchange(const char *one, const char *other);
// statfs(2), whose type Swift does not import: the kind of the file system (linux/magic.h), or -1.
long clinux_file_system_type(const char *path);

// UTIME_OMIT is a macro that Swift does not import: leave this time of futimens(2) as it is.
long clinux_utime_omit(void);

// 1 when the byte at `offset` is in the page cache or the file system cannot tell, 0 when the disk would have to be asked:
// preadv2(2) with RWF_NOWAIT reads only what is cached.
int clinux_is_cached(int fd, off_t offset);

// preadv2(2) with RWF_NOWAIT: reads what is in the page cache and never waits for the disk. Returns the number of bytes read, which
// may be fewer than asked for (0: the file ends here), or -1; errno is EAGAIN when the first byte is not cached, EOPNOTSUPP when
// the file system cannot tell.
ssize_t clinux_read_cached(int fd, void *bytes, size_t length, off_t offset);
// The same for `length` > 0 bytes: cachestat(2), and before Linux 6.5 or where it is not allowed, probes.
int clinux_is_range_cached(int fd, off_t offset, off_t length);

// Brings `length` bytes into the page cache and waits for them; what lies `beyond` is only started. readahead(2).
void clinux_read_ahead(int fd, off_t offset, off_t length, off_t beyond);

// pwritev2(2) with RWF_DSYNC: returns when these bytes are on the disk. Where the file system does not know the flag,
// pwrite(2) and fdatasync(2). Returns the number of bytes written, or -1.
ssize_t clinux_write_durably(int fd, const void *bytes, size_t length, off_t offset);

// sync_file_range(2) with SYNC_FILE_RANGE_WRITE: the kernel begins to write these pages to the disk, and nobody waits for it.
// Returns 0, or -1.
int clinux_start_writeback(int fd, off_t offset, off_t length);

// copy_file_range(2) between fixed offsets: the file system shares the blocks where it can. Returns the number of bytes copied
// (0: the source ends here), or -1.
ssize_t clinux_copy_range(int from, off_t from_offset, int to, off_t to_offset, size_t length);

#endif
