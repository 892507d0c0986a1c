import CLibseccomp
import Glibc
import SystemPackage

/// The system calls a worker may make once its libraries are loaded: an allow-list, because new calls appear in kernels.
///
/// What is not listed fails with `EPERM`, so a library that only tried goes on; calls of a foreign architecture end the
/// process. Nothing here opens, names or changes a file, makes a socket, a process or new code, or
/// reaches another process.
enum SystemCallFilter {
    /// Allowed with any argument. Names that an architecture lacks are skipped by libseccomp.
    static let allowed = [
        // Files that are open already.
        "read", "readv", "pread64", "preadv", "preadv2", "write", "writev", "pwrite64", "pwritev", "lseek", "close",
        "fstat",
        "dup", "dup2", "dup3", "fsync", "fdatasync", "fadvise64", "ftruncate",
        // Memory.
        "munmap", "mremap", "madvise", "brk",
        // Threads and time.
        "futex", "set_robust_list", "rseq", "sched_yield", "sched_getaffinity", "gettid", "getpid", "restart_syscall",
        "membarrier",
        "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "alarm", "setitimer",
        "exit", "exit_group",
        // Signals to itself (tgkill below).
        "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack",
        // Waiting, as GLib does it.
        "poll", "ppoll", "eventfd2",
        // Harmless questions.
        "getrandom", "getrusage", "getuid", "geteuid", "getgid", "getegid", "uname", "sysinfo", "getcpu",
    ]

    /// Denied with an errno of its own: glibc falls back from clone3(2), whose flags a filter cannot see, to clone(2).
    static let missing = ["clone3"]

    /// Loads the filter into every thread of the process.
    static func load() throws(Failure) {
        guard let filter = seccomp_init(clibseccomp_errno(EPERM)) else {
            throw Failure(step: "seccomp_init", error: .noMemory)
        }
        defer { seccomp_release(filter) }
        try check(seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1), "thread synchronisation")
        try check(
            seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, clibseccomp_kill_process()),
            "foreign architectures"
        )

        for name in allowed { try add(SCMP_ACT_ALLOW, name, to: filter) }
        for name in missing { try add(clibseccomp_errno(ENOSYS), name, to: filter) }

        // Memory to hold data; no new code, which a decoder that was taken over would write there.
        for name in ["mmap", "mprotect"] {
            try add(SCMP_ACT_ALLOW, name, where: [.noBits(2, UInt64(PROT_EXEC))], to: filter)
        }
        // fstat(2) is this call with an empty path since glibc 2.33. A path cannot be looked at from here: what remains is that
        // sizes and dates of files can be asked for by name.
        try add(SCMP_ACT_ALLOW, "newfstatat", where: [.bits(3, UInt64(CLIBSECCOMP_AT_EMPTY_PATH))], to: filter)
        // New threads, not new processes.
        try add(SCMP_ACT_ALLOW, "clone", where: [.bits(0, UInt64(CLIBSECCOMP_CLONE_THREAD))], to: filter)
        // abort(3) and raise(3).
        try add(SCMP_ACT_ALLOW, "tgkill", where: [.equal(0, UInt64(getpid()))], to: filter)
        // Its own limits: the processor time is set anew before each job.
        try add(SCMP_ACT_ALLOW, "prlimit64", where: [.equal(0, 0)], to: filter)
        try add(SCMP_ACT_ALLOW, "getrlimit", to: filter)
        try add(SCMP_ACT_ALLOW, "setrlimit", to: filter)
        // Messages from and to the daemon.
        try add(SCMP_ACT_ALLOW, "recvmsg", where: [.equal(0, 0)], to: filter)
        try add(SCMP_ACT_ALLOW, "sendmsg", where: [.equal(0, 0)], to: filter)
        // Names of threads and of memory regions; not the flags that the sandbox rests on.
        for option in [CLIBSECCOMP_PR_SET_NAME, CLIBSECCOMP_PR_GET_NAME, CLIBSECCOMP_PR_SET_VMA] {
            try add(SCMP_ACT_ALLOW, "prctl", where: [.equal(0, UInt64(option))], to: filter)
        }
        // Flags and duplicates of descriptors; no locks, leases or owners of signals.
        for command in [F_GETFL, F_SETFL, F_GETFD, F_SETFD, F_DUPFD, F_DUPFD_CLOEXEC] {
            try add(SCMP_ACT_ALLOW, "fcntl", where: [.equal(1, UInt64(command))], to: filter)
        }
        try check(seccomp_load(filter), "loading")
    }

    /// A step of building or loading the filter that failed.
    struct Failure: Error, CustomStringConvertible {
        var step: String
        var error: Errno

        var description: String { "\(self.step): \(self.error)" }
    }

    /// What an argument must be. All conditions of a rule must hold.
    private enum Condition {
        case equal(UInt32, UInt64)
        /// All of these bits are set.
        case bits(UInt32, UInt64)
        /// None of these bits is set.
        case noBits(UInt32, UInt64)

        var comparison: scmp_arg_cmp {
            switch self {
            case .equal(let index, let value): scmp_arg_cmp(arg: index, op: SCMP_CMP_EQ, datum_a: value, datum_b: 0)
            case .bits(let index, let mask):
                scmp_arg_cmp(arg: index, op: SCMP_CMP_MASKED_EQ, datum_a: mask, datum_b: mask)
            case .noBits(let index, let mask):
                scmp_arg_cmp(arg: index, op: SCMP_CMP_MASKED_EQ, datum_a: mask, datum_b: 0)
            }
        }
    }

    private static func add(
        _ action: UInt32,
        _ name: String,
        where conditions: [Condition] = [],
        to filter: scmp_filter_ctx
    ) throws(Failure) {
        let number = seccomp_syscall_resolve_name(name)
        // Unknown to this libseccomp (__NR_SCMP_ERROR): an older library, a newer call. It stays denied.
        guard number != -1 else { return }
        let comparisons = conditions.map(\.comparison)
        try check(seccomp_rule_add_array(filter, action, number, UInt32(comparisons.count), comparisons), name)
    }

    private static func check(_ result: Int32, _ step: String) throws(Failure) {
        guard result == 0 else { throw Failure(step: step, error: Errno(rawValue: -result)) }
    }
}
