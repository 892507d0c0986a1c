import CLinux
import Glibc
import MediaCore
import MediaWorkers
import Testing

extension WorkerProcessTests {
    /// What a decoder that was taken over cannot do. The attempts run on three threads: the worker's own, one started in the job,
    /// and one that existed before the sandbox closed.
    @Suite("The sandbox", .serialized, .timeLimit(.minutes(2)))
    struct SandboxTests {
        static let threads = ["try", "try-elsewhere", "try-bystander"]

        /// Attempts that must fail whichever part stands alone; `%` is a folder of the test with mode 0777.
        static let filesystem = [
            "write=%/new", "write=/proc/self/oom_score_adj", "unlink=%/victim", "mkdir=%/folder", "rename=%/victim",
            "link=%/victim", "open=/etc/passwd", "open=/proc/self/environ", "open=%/victim", "list=/",
        ]
        static let everythingElse = [
            "socket", "unix", "fork", "spawn", "exec", "kill", "setuid", "map-code", "protect-code", "chmod=%/victim",
            "call=ptrace",
            "call=io_uring_setup", "call=bpf", "call=keyctl", "call=userfaultfd", "call=perf_event_open",
            "call=unshare",
            "call=memfd_create", "call=process_vm_readv", "call=mount", "call=pidfd_open", "call=open_by_handle_at",
            "call=socketpair", "call=shmget", "call=personality", "call=vfork", "call=execveat", "call=openat2",
            "call=statx",
        ]

        @Test("all of it", arguments: threads)
        func whole(_ thread: String) async throws {
            try await self.expectDenial([], Self.filesystem + ["connect=%port"] + Self.everythingElse, on: thread)
        }

        @Test("the system-call filter alone", arguments: threads)
        func filterAlone(_ thread: String) async throws {
            try await self.expectDenial(
                ["seccomp"],
                Self.filesystem + ["connect=%port"] + Self.everythingElse,
                on: thread
            )
        }

        // Without the filter a thread that a library started while it loaded can still read: hence the filter, and the log line.
        @Test("Landlock alone", .enabled(if: clinux_landlock_abi() >= 6), arguments: ["try", "try-elsewhere"])
        func landlockAlone(_ thread: String) async throws {
            try await self.expectDenial(["landlock"], Self.filesystem + ["connect=%port", "kill=%parent"], on: thread)
        }

        @Test("Landlock alone, on a thread from before the sandbox closed", .enabled(if: clinux_landlock_abi() >= 6))
        func landlockBystander() async throws {
            let attempts = ["write=%/new", "unlink=%/victim", "mkdir=%/folder", "connect=%port", "kill=%parent"]
            try await self.expectDenial(["landlock"], attempts, on: "try-bystander")
        }

        @Test("the attempts are real: without a sandbox they succeed")
        func control() async throws {
            try await PoolFixture.with(["unprotected"]) { fixture in
                _ = try self.prepare(fixture)
                for attempt in [
                    "open=/etc/passwd", "mkdir=%/folder", "socket", "unix", "fork", "spawn", "list=/", "map-code",
                    "protect-code",
                ] {
                    let answer = try await fixture.say("try:" + attempt.replacing("%", with: fixture.directory))
                    #expect(answer == "done", "\(attempt): \(answer)")
                }
            }
        }

        @Test("the source cannot be written, nor opened anew for writing")
        func source() async throws {
            try await PoolFixture.with { fixture in
                for deed in ["write-source", "reopen-source"] {
                    let file = try fixture.file("original")
                    let answer = try await fixture.pool.inspect(
                        file,
                        allowedTypes: [deed],
                        limits: PoolFixture.imageLimits
                    )
                    #expect(answer.type.essence.hasPrefix("text/errno-"))
                    #expect(fixture.text(of: file) == "original")
                }
            }
        }

        @Test("a worker has the socket, nothing, its log, the file, and no more")
        func descriptors() async throws {
            // Descriptors that are meant to leak: no close-on-exec.
            let leaks = (0..<5).map { _ in dup(1) }
            defer { for leak in leaks { close(leak) } }
            try await PoolFixture.with { fixture in
                try await fixture.expect("descriptors", says: "0-1-2-3")
                // And none is left from the jobs before.
                try await fixture.expect("descriptors", says: "0-1-2-3")
            }
        }

        @Test("the daemon's environment stays with the daemon")
        func environment() async throws {
            setenv("DATABASE_URL", "postgres://secret", 1)
            defer { unsetenv("DATABASE_URL") }
            try await PoolFixture.with { fixture in
                try await fixture.expect("environment:DATABASE_URL", says: "unset")
                try await fixture.expect("environment:VIPS_CONCURRENCY", says: "set")
                // Without it liborc compiles, and aborts because it may not: see `map-code`.
                try await fixture.expect("environment:ORC_CODE", says: "set")
            }
        }

        @Test(
            "a daemon that is root has workers that are not",
            .enabled(if: getuid() == 0, "needs root to give root up")
        )
        func user() async throws {
            try await PoolFixture.with { fixture in
                try await fixture.expect("user", says: "65534")
                try await fixture.expect("try:setuid", says: "errno-1")
            }
        }

        @Test("memory beyond the limit is refused, memory below it is given")
        func memory() async throws {
            try await PoolFixture.with(limits: WorkerLimits(addressSpace: .mebibytes(1024))) { fixture in
                try await fixture.expect("allocate:400", says: "given")
                try await fixture.expect("allocate:1100", says: "refused")
            }
        }

        private func expectDenial(_ parts: [String], _ attempts: [String], on thread: String) async throws {
            try await PoolFixture.with(parts + ["thread-in-prepare"]) { fixture in
                let port = try self.prepare(fixture)
                defer { close(port.descriptor) }
                for attempt in attempts {
                    let concrete =
                        attempt.replacing("%port", with: "\(port.number)").replacing("%parent", with: "\(getpid())")
                        .replacing("%", with: fixture.directory)
                    let answer = try await fixture.say("\(thread):\(concrete)")
                    #expect(answer.hasPrefix("errno-"), "\(attempt) on \(thread): \(answer)")
                }
                #expect(access("\(fixture.directory)/victim", F_OK) == 0)
                #expect(access("\(fixture.directory)/new", F_OK) != 0)
            }
        }

        /// A file to harm, and a port that would accept a connection.
        private func prepare(_ fixture: PoolFixture) throws -> (descriptor: Int32, number: UInt16) {
            let path = "\(fixture.directory)/victim"
            let victim = open(path, O_RDWR | O_CREAT, 0o666)
            guard victim >= 0 else { throw TestFailure("open \(path): errno \(errno)") }
            fchmod(victim, 0o666)
            close(victim)
            let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let result = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(listener, $0, length) | listen(listener, 1) | getsockname(listener, $0, &length)
                }
            }
            guard result == 0 else { throw TestFailure("listen: errno \(errno)") }
            return (listener, UInt16(bigEndian: address.sin_port))
        }
    }
}
