import CLinux
import FoundationEssentials
import Glibc
import MediaCore

/// Closes a worker process around itself, in two steps with the loading of the libraries in between.
///
/// Landlock binds the calling thread and the threads it starts later, not those that exist. So `enter` runs while the
/// process has one thread, and already takes away writing, network and foreign signals; what the libraries start while they
/// load inherits that. `close` then takes away reading too (this thread and later ones) and loads the system-call filter into
/// *all* threads (seccomp(2), `SECCOMP_FILTER_FLAG_TSYNC`), which denies opening files by itself.
struct Sandbox: ~Copyable {
    private let features: SandboxFeatures
    private var report = SandboxReport()

    /// Step one: before anything else is loaded, and before any thread is started.
    /// - Throws: ``MediaError`` `internal_error` when other threads exist already: they would stay outside.
    init(features: SandboxFeatures) throws(MediaError) {
        self.features = features
        let threads = Self.threadCount()
        guard threads <= 1 else {
            throw MediaError(
                .internalError,
                "The worker must enter its sandbox before it starts threads, but \(threads) run. Start it from a synchronous main."
            )
        }
        // The standard three stay: the socket, /dev/null, and the pipe to the daemon's log.
        clinux_close_from(3)
        Self.becomeFirstVictim()
        self.report.noNewPrivileges = clinux_set_no_new_privileges() == 0
        if !self.report.noNewPrivileges { self.report.missing.append("no-new-privileges: errno \(errno)") }
        self.restrictWithLandlock(reading: true)
    }

    /// Step two: when the libraries are loaded. Nothing can be opened afterwards.
    mutating func close(_ limits: WorkerLimits) throws(MediaError) -> SandboxReport {
        self.report.threads = Self.threadCount()
        self.apply(limits)
        self.dropPrivileges(to: limits.unprivilegedUserID)
        // Nobody may attach to the process or read its memory through /proc; after the change of user, which resets it.
        _ = clinux_set_undumpable()
        self.restrictWithLandlock(reading: false)
        if self.features.contains(.seccomp) {
            do {
                try SystemCallFilter.load()
                self.report.seccomp = true
            } catch {
                self.report.missing.append("seccomp: \(error)")
            }
        } else {
            self.report.missing.append("seccomp: switched off")
        }
        return self.report
    }

    private mutating func restrictWithLandlock(reading: Bool) {
        guard self.features.contains(.landlock) else {
            if reading { self.report.missing.append("Landlock: switched off") }
            return
        }
        let abi = clinux_landlock_abi()
        guard abi >= 1 else {
            if reading { self.report.missing.append("Landlock: not in this kernel (errno \(errno))") }
            return
        }
        guard clinux_landlock_restrict(abi, reading ? 1 : 0) == 0 else {
            self.report.missing.append("Landlock: errno \(errno)")
            self.report.landlockABI = nil
            return
        }
        guard reading else { return }
        self.report.landlockABI = Int(abi)
        if abi < 4 { self.report.missing.append("Landlock ABI \(abi): no network rules before 4") }
    }

    private mutating func apply(_ limits: WorkerLimits) {
        let space = UInt64(clamping: limits.addressSpace.bytes)
        let fileSize = UInt64(clamping: limits.outputSize.bytes)
        let wanted: [(clinux_limit, UInt64, String)] = [
            (CLINUX_LIMIT_ADDRESS_SPACE, space, "address space"),
            (CLINUX_LIMIT_FILE_SIZE, fileSize, "file size"),
            (CLINUX_LIMIT_OPEN_FILES, 64, "open files"),
            (CLINUX_LIMIT_CORE_SIZE, 0, "core size"),
            (CLINUX_LIMIT_CPU_SECONDS, UInt64(clamping: limits.cpuSecondsPerWorker), "processor time"),
            // No RLIMIT_NPROC: it counts all processes of the user, and root has none. The filter denies new processes, and
            // threads cost address space.
        ]
        for (limit, value, name) in wanted where clinux_set_limit(limit, value, value) != 0 {
            self.report.missing.append("\(name) limit: errno \(errno)")
        }
        let inForce = clinux_get_limit(CLINUX_LIMIT_ADDRESS_SPACE)
        self.report.addressSpace = inForce == .max ? nil : ByteCount(bytes: Int64(clamping: inForce))
        // A rendition over the limit: the write fails with EFBIG instead of a signal. A vanished daemon: EPIPE.
        signal(SIGXFSZ, SIG_IGN)
        signal(SIGPIPE, SIG_IGN)
    }

    private mutating func dropPrivileges(to user: UInt32) {
        defer { self.report.userID = geteuid() }
        if geteuid() == 0 {
            // The group first: afterwards there is no right to change it. From root both change the saved ids too.
            if setgroups(0, nil) != 0 || setgid(user) != 0 || setuid(user) != 0 {
                self.report.missing.append("unprivileged user \(user): errno \(errno)")
            }
        }
        if clinux_drop_capabilities() != 0 { self.report.missing.append("dropping capabilities: errno \(errno)") }
    }

    /// When memory runs out, the kernel ends a worker before the daemon or the database (proc(5), `oom_score_adj`).
    private static func becomeFirstVictim() {
        let descriptor = clinux_openat(AT_FDCWD, "/proc/self/oom_score_adj", O_WRONLY, 0)
        guard descriptor >= 0 else { return }
        _ = write(descriptor, "1000", 4)
        Glibc.close(descriptor)
    }

    /// 1 where /proc cannot tell.
    static func threadCount() -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count) ?? 1
    }
}
