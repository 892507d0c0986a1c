#define _GNU_SOURCE
#include "CLinuxSandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <malloc.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAXIMUM_DESCRIPTORS 33

// Aligned as the CMSG macros want it.
union control {
    struct cmsghdr header;
    char space[CMSG_SPACE(MAXIMUM_DESCRIPTORS * sizeof(int))];
};

int clinux_message_socket_pair(int ends[2]) { return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends); }

ssize_t clinux_send_message(int fd, const void *bytes, size_t length, const int *descriptors, int count) {
    struct iovec vector = {.iov_base = (void *)bytes, .iov_len = length};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    union control control;
    if (count < 0 || count > MAXIMUM_DESCRIPTORS) {
        errno = EINVAL;
        return -1;
    }
    if (count > 0) {
        size_t size = (size_t)count * sizeof(int);
        memset(&control, 0, sizeof control);
        message.msg_control = control.space;
        message.msg_controllen = CMSG_SPACE(size);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(size);
        memcpy(CMSG_DATA(header), descriptors, size);
    }
    return sendmsg(fd, &message, MSG_NOSIGNAL);
}

ssize_t clinux_receive_message(int fd, void *bytes, size_t length, int *descriptors, int capacity, int *count,
                               int *truncated, int wait) {
    struct iovec vector = {.iov_base = bytes, .iov_len = length};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    union control control;
    if (capacity > 0) {
        message.msg_control = control.space;
        message.msg_controllen = sizeof control.space;
    }
    *count = 0;
    *truncated = 0;
    ssize_t received = recvmsg(fd, &message, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT));
    if (received < 0) return received;
    *truncated = (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0;
    if (capacity <= 0) return received;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        size_t here = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t index = 0; index < here; index++) {
            int descriptor;
            memcpy(&descriptor, CMSG_DATA(header) + index * sizeof(int), sizeof descriptor);
            if (*count < capacity) {
                descriptors[(*count)++] = descriptor;
            } else {
                close(descriptor);
                *truncated = 1;
            }
        }
    }
    return received;
}

void clinux_close_from(unsigned int first) {
#ifdef SYS_close_range
    if (syscall(SYS_close_range, first, ~0U, 0) == 0) return;
#endif
    struct rlimit limit;
    rlim_t end = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536 ? limit.rlim_cur : 65536;
    for (rlim_t fd = first; fd < end; fd++) close((int)fd);
}

static int limit_resource(enum clinux_limit limit) {
    switch (limit) {
    case CLINUX_LIMIT_ADDRESS_SPACE: return RLIMIT_AS;
    case CLINUX_LIMIT_CPU_SECONDS: return RLIMIT_CPU;
    case CLINUX_LIMIT_FILE_SIZE: return RLIMIT_FSIZE;
    case CLINUX_LIMIT_OPEN_FILES: return RLIMIT_NOFILE;
    case CLINUX_LIMIT_CORE_SIZE: return RLIMIT_CORE;
    }
    return -1;
}

int clinux_set_limit(enum clinux_limit limit, uint64_t soft, uint64_t hard) {
    struct rlimit value;
    int resource = limit_resource(limit);
    if (getrlimit(resource, &value) != 0) return -1;
    // RLIM_INFINITY is the largest value, so plain comparisons are right.
    rlim_t wanted = hard == UINT64_MAX ? RLIM_INFINITY : (rlim_t)hard;
    if (wanted < value.rlim_max) value.rlim_max = wanted;
    wanted = soft == UINT64_MAX ? RLIM_INFINITY : (rlim_t)soft;
    value.rlim_cur = wanted < value.rlim_max ? wanted : value.rlim_max;
    return setrlimit(resource, &value);
}

uint64_t clinux_get_limit(enum clinux_limit limit) {
    struct rlimit value;
    if (getrlimit(limit_resource(limit), &value) != 0 || value.rlim_cur == RLIM_INFINITY) return UINT64_MAX;
    return value.rlim_cur;
}

int64_t clinux_cpu_time_microseconds(void) {
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
    return (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec
         + usage.ru_stime.tv_usec;
}

void clinux_release_memory(void) { malloc_trim(0); }

int clinux_set_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

int clinux_set_undumpable(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

int clinux_drop_capabilities(void) {
    // Fails on kernels without ambient capabilities, where there is nothing to clear.
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    memset(data, 0, sizeof data);
    return (int)syscall(SYS_capset, &header, data);
}

// ---- Landlock ----
// Own constants: a distribution's headers are often older than the kernel it runs on.

#define LANDLOCK_CALL_CREATE_RULESET 444
#define LANDLOCK_CALL_ADD_RULE 445
#define LANDLOCK_CALL_RESTRICT_SELF 446
#define LANDLOCK_VERSION_FLAG 1U
#define LANDLOCK_PATH_BENEATH 1

#define FS_EXECUTE (1ULL << 0)
#define FS_READ_FILE (1ULL << 2)
#define FS_READ_DIR (1ULL << 3)
#define FS_ALL_OF_ABI_1 ((1ULL << 13) - 1)
#define FS_REFER (1ULL << 13)     // ABI 2
#define FS_TRUNCATE (1ULL << 14)  // ABI 3
#define FS_IOCTL_DEV (1ULL << 15) // ABI 5
#define NET_BIND_CONNECT_TCP 3ULL // ABI 4
#define SCOPE_ABSTRACT_UNIX_AND_SIGNAL 3ULL // ABI 6

int clinux_landlock_abi(void) { return (int)syscall(LANDLOCK_CALL_CREATE_RULESET, NULL, 0, LANDLOCK_VERSION_FLAG); }

int clinux_landlock_restrict(int abi, int allow_reading) {
    struct {
        uint64_t filesystem;
        uint64_t network;
        uint64_t scoped;
    } handled = {FS_ALL_OF_ABI_1, 0, 0};
    if (abi < 1) {
        errno = ENOSYS;
        return -1;
    }
    if (abi >= 2) handled.filesystem |= FS_REFER;
    if (abi >= 3) handled.filesystem |= FS_TRUNCATE;
    if (abi >= 4) handled.network = NET_BIND_CONNECT_TCP;
    if (abi >= 5) handled.filesystem |= FS_IOCTL_DEV;
    if (abi >= 6) handled.scoped = SCOPE_ABSTRACT_UNIX_AND_SIGNAL;
    // The kernel refuses a structure longer than it knows, unless the rest is zero; be exact.
    size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
    int ruleset = (int)syscall(LANDLOCK_CALL_CREATE_RULESET, &handled, size, 0U);
    if (ruleset < 0) return -1;

    int result = 0;
    if (allow_reading) {
        struct {
            uint64_t access;
            int32_t parent;
        } __attribute__((packed)) rule = {FS_EXECUTE | FS_READ_FILE | FS_READ_DIR, open("/", O_PATH | O_CLOEXEC)};
        result = rule.parent < 0 ? -1 : (int)syscall(LANDLOCK_CALL_ADD_RULE, ruleset, LANDLOCK_PATH_BENEATH, &rule, 0U);
        if (rule.parent >= 0) close(rule.parent);
    }
    if (result == 0) result = (int)syscall(LANDLOCK_CALL_RESTRICT_SELF, ruleset, 0U);
    int saved = errno;
    close(ruleset);
    errno = saved;
    return result;
}
