// libseccomp (seccomp_init(3), seccomp_rule_add(3)). SCMP_ACT_ERRNO is a function-like macro, which Swift does not see.
#ifndef CLIBSECCOMP_SHIM_H
#define CLIBSECCOMP_SHIM_H

#include <seccomp.h>

// The action "do not run the call, return -1 with this errno".
static inline uint32_t clibseccomp_errno(int number) { return SCMP_ACT_ERRNO((uint16_t)number); }

// Arguments that the filter compares. glibc shows them only with _GNU_SOURCE, which must not be set for headers that Swift
// imports; the kernel never changes them (linux/fcntl.h, linux/sched.h, linux/prctl.h).
enum {
    CLIBSECCOMP_AT_EMPTY_PATH = 0x1000,
    CLIBSECCOMP_CLONE_THREAD = 0x10000,
    CLIBSECCOMP_PR_SET_NAME = 15,
    CLIBSECCOMP_PR_GET_NAME = 16,
    CLIBSECCOMP_PR_SET_VMA = 0x53564d41,
};

// Foreign architectures (32-bit calls on a 64-bit kernel) are a way around a filter.
static inline uint32_t clibseccomp_kill_process(void) { return SCMP_ACT_KILL_PROCESS; }

#endif
