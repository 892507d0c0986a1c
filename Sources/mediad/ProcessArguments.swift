import Glibc

/// The words of the command line.
enum ProcessArguments {
    /// As many bytes as the kernel takes of a command line by default are far fewer.
    private static let maximumBytes = 8 << 20

    /// Those that Swift's runtime found, else those that the kernel tells (proc(5), /proc/PID/cmdline).
    ///
    /// The runtime looks for them on the stack, from the environment on. A preloaded library that sets a variable before the
    /// program begins (libfaketime does) moves the environment away, and the runtime finds nothing.
    /// - Returns: the program's own name first; nothing where /proc cannot be read.
    static func all() -> [String] {
        let found = CommandLine.arguments
        return found.isEmpty ? Self.split(Self.read("/proc/self/cmdline")) : found
    }

    /// Each word ends with a NUL.
    static func split(_ bytes: [UInt8]) -> [String] {
        var words = bytes.split(separator: 0, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        if words.last?.isEmpty == true { words.removeLast() }
        return words
    }

    private static func read(_ path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count < Self.maximumBytes {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer.prefix(count)
        }
        return bytes
    }
}
