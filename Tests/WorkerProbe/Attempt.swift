import CLibseccomp
import CLinux
import Glibc

/// Tries one thing that a worker must not be able to do; says `done`, or why it failed.
enum Attempt {
    static func perform(_ name: String) -> String {
        let parts = name.split(separator: "=", maxSplits: 1).map(String.init)
        let argument = parts.count > 1 ? parts[1] : ""
        switch parts.first ?? "" {
        case "open": return self.result(clinux_openat(AT_FDCWD, argument, O_RDONLY, 0))
        case "write": return self.result(clinux_openat(AT_FDCWD, argument, O_WRONLY | O_CREAT, 0o644))
        case "unlink": return self.result(unlink(argument))
        case "mkdir": return self.result(mkdir(argument, 0o755))
        case "chmod": return self.result(chmod(argument, 0o777))
        case "rename": return self.result(rename(argument, argument + ".new"))
        case "link": return self.result(link(argument, argument + ".link"))
        case "list": return opendir(argument) == nil ? self.failure : "done"
        case "connect": return self.connect(UInt16(argument) ?? 0)
        case "socket": return self.result(socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0))
        case "unix": return self.result(socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0))
        case "kill": return self.result(kill(pid_t(argument) ?? getppid(), 0))
        case "spawn": return self.spawn()
        case "exec": return self.execute()
        case "map-code": return self.mapCode()
        case "protect-code": return self.protectCode()
        case "setuid": return self.result(setuid(0))
        case "call": return self.call(argument)
        case "fork": return self.call("clone", UInt(SIGCHLD))
        default: return "unknown attempt"
        }
    }

    private static func result(_ value: Int32) -> String { value >= 0 ? "done" : self.failure }

    private static var failure: String { "errno \(errno)" }

    /// syscall(2) is variadic, which Swift cannot call; through a pointer of a fixed type it can.
    private typealias SystemCall = @convention(c) (Int, UInt, UInt, UInt, UInt, UInt, UInt) -> Int
    private static let systemCall = dlsym(nil, "syscall").map { unsafeBitCast($0, to: SystemCall.self) }

    /// A raw call by name, with zeros for the other arguments.
    private static func call(_ name: String, _ first: UInt = 0) -> String {
        let number = Int(seccomp_syscall_resolve_name(name))
        guard number >= 0, let systemCall else { return "unknown call" }
        let value = systemCall(number, first, 0, 0, 0, 0, 0)
        // The child of a fork that should have failed.
        if name == "clone", value == 0 { _exit(0) }
        return self.result(Int32(clamping: value))
    }

    /// Memory that can be written and run.
    private static func mapCode() -> String {
        let memory = mmap(nil, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        return memory == MAP_FAILED ? self.failure : "done"
    }

    /// Memory that is written first and run then.
    private static func protectCode() -> String {
        let memory = mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != MAP_FAILED else { return "no memory" }
        return self.result(mprotect(memory, 4096, PROT_READ | PROT_EXEC))
    }

    private static func connect(_ port: UInt16) -> String {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return self.failure }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return self.result(connected)
    }

    private static func spawn() -> String {
        var process = pid_t()
        let number = posix_spawn(&process, "/bin/true", nil, nil, [nil], [nil])
        return number == 0 ? "done" : "errno \(number)"
    }

    private static func execute() -> String {
        _ = execv("/bin/true", [nil])
        return self.failure
    }
}
