import Glibc
import MediaCore
import Testing

@testable import Libav

/// Films that ffmpeg makes for the tests.
enum Films {
    /// Makes a file with ffmpeg's options and opens it.
    static func withFilm<Value>(
        _ fileExtension: String,
        _ options: String,
        _ body: (Int32) throws -> Value
    ) throws -> Value {
        var template = Array("/tmp/mediad-test-XXXXXX".utf8CString)
        let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
        let path = "\(folder)/film.\(fileExtension)"
        defer {
            unlink(path)
            rmdir(folder)
        }
        try self.run(["ffmpeg", "-v", "error", "-y"] + options.split(separator: " ").map(String.init) + [path])
        let descriptor = open(path, O_RDONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        return try body(descriptor)
    }

    /// The film, opened.
    static func withInput<Value>(
        _ type: MediaType,
        _ options: String,
        as fileExtension: String? = nil,
        _ body: (LibavInput) throws -> Value
    ) throws -> Value {
        try LibavRuntime.start()
        return try self.withFilm(fileExtension ?? type.fileExtension, options) { descriptor in
            try body(try LibavInput(descriptor: descriptor, type: type))
        }
    }

    /// The film of `options`, turned: ffmpeg writes a display matrix only where it copies the stream.
    static func withTurned<Value>(
        _ degrees: Int,
        _ options: String,
        _ body: (LibavInput) throws -> Value
    ) throws -> Value {
        try self.withFilm("mp4", options) { descriptor in
            let path = "/proc/\(getpid())/fd/\(descriptor)"
            return try self.withInput(.mp4, "-i \(path) -c copy -metadata:s:v rotate=\(degrees)", body)
        }
    }

    /// Runs `body` with a descriptor of an unnamed file that holds `bytes`.
    static func withBytes<Value>(_ bytes: [UInt8], _ body: (Int32) throws -> Value) throws -> Value {
        try LibavRuntime.start()
        var template = Array("/tmp/mediad-test-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        unlink(&template)
        try #require(bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == bytes.count)
        return try body(descriptor)
    }

    /// What lies in a file.
    static func bytes(_ descriptor: Int32) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(lseek(descriptor, 0, SEEK_END)))
        try #require(bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) } == bytes.count)
        return bytes
    }

    static func run(_ arguments: [String]) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process: pid_t = 0
        let name = try #require(arguments.first)
        try #require(posix_spawnp(&process, name, &actions, nil, &pointers, environ) == 0, "\(name) is not installed")
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        try #require(status == 0, "\(arguments.joined(separator: " ")) failed")
    }
}

extension RGBImage {
    /// Red, green, blue at a fraction of the width and height.
    func colour(_ x: Double, _ y: Double) -> [Int] {
        let column = min(self.size.width - 1, Int(x * Double(self.size.width)))
        let row = min(self.size.height - 1, Int(y * Double(self.size.height)))
        let offset = (row * self.size.width + column) * 3
        return self.bytes[offset..<offset + 3].map(Int.init)
    }
}

/// Whether every channel is at most `tolerance` off.
func isNear(_ colour: [Int], _ wanted: [Int], within tolerance: Int = 8) -> Bool {
    zip(colour, wanted).allSatisfy { abs($0 - $1) <= tolerance }
}
