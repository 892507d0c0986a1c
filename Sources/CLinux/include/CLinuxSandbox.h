// What the worker processes and their daemon need: messages with descriptors, limits, privileges, Landlock.
#ifndef CLINUX_SANDBOX_H
#define CLINUX_SANDBOX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// socketpair(2), AF_UNIX, SOCK_SEQPACKET (keeps message boundaries), close-on-exec.
int clinux_message_socket_pair(int ends[2]);

// sendmsg(2) with at most 4 descriptors beside the bytes (unix(7), SCM_RIGHTS); the CMSG macros are not visible to Swift.
// Returns the number of bytes sent, or -1 with errno; never raises SIGPIPE.
ssize_t clinux_send_message(int fd, const void *bytes, size_t length, const int *descriptors, int count);

// recvmsg(2). With `capacity` 0 no descriptor is accepted: the kernel closes those that the peer attached. At most 4.
// `*truncated` tells that bytes or descriptors did not fit. Returns the number of bytes (0: the peer is gone), or -1.
ssize_t clinux_receive_message(int fd, void *bytes, size_t length, int *descriptors, int capacity, int *count,
                               int *truncated, int wait);

// Closes every descriptor from `first` up: close_range(2), or a loop before Linux 5.9.
void clinux_close_from(unsigned int first);

// setrlimit(2): glibc declares the resource as an enum, which Swift does not convert.
enum clinux_limit {
    CLINUX_LIMIT_ADDRESS_SPACE,
    CLINUX_LIMIT_CPU_SECONDS,
    CLINUX_LIMIT_FILE_SIZE,
    CLINUX_LIMIT_OPEN_FILES,
    CLINUX_LIMIT_CORE_SIZE,
};

// UINT64_MAX means "no limit". The hard limit is never raised: asking for more than it allows gives what it allows.
int clinux_set_limit(enum clinux_limit limit, uint64_t soft, uint64_t hard);

// The soft limit in force; UINT64_MAX when there is none.
uint64_t clinux_get_limit(enum clinux_limit limit);

// Processor time of this process, all threads, user and system.
int64_t clinux_cpu_time_microseconds(void);

// Gives freed memory back to the kernel (malloc_trim(3), which Swift's glibc module does not hold).
void clinux_release_memory(void);

// prctl(2) is variadic. PR_SET_NO_NEW_PRIVS; PR_SET_DUMPABLE 0.
int clinux_set_no_new_privileges(void);
int clinux_set_undumpable(void);

// Gives up every capability (capabilities(7)): the ambient set, then the calling thread's own three sets.
int clinux_drop_capabilities(void);

// The kernel's Landlock ABI, 1 and up; -1 when Landlock is not built in (ENOSYS) or not enabled (EOPNOTSUPP).
int clinux_landlock_abi(void);

// Denies the calling thread, and every thread it starts afterwards, all that Landlock of this ABI knows: every file-system
// right (except reading and executing when `allow_reading`), TCP bind and connect, signals and abstract sockets outside.
// Documentation/userspace-api/landlock.rst of the kernel.
int clinux_landlock_restrict(int abi, int allow_reading);

#endif
