import Glibc
import MediaCore
import Testing

@testable import MediaInspection

/// Files for the tests: fixtures of the repository, bytes, and what ffmpeg makes.
enum TestFiles {
    /// What an inspector finds, whatever the type.
    static func inspection(_ bytes: [UInt8]) throws -> Inspection {
        let inspector = try FileInspector()
        let limits = ImageLimits(maximumPixels: 10_000_000, maximumFrames: 100)
        return try self.withFile(bytes) {
            try inspector.inspect(descriptor: $0, size: Int64(bytes.count), allowedTypes: ["*/*"], limits: limits)
        }
    }

    static func fixture(_ name: String, file: String = #filePath) -> String {
        let folders = file.split(separator: "/").dropLast(2)
        return "/" + folders.joined(separator: "/") + "/Fixtures/" + name
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        try #require(descriptor >= 0, "cannot open \(path)")
        defer { close(descriptor) }
        let length = lseek(descriptor, 0, SEEK_END)
        return try DescriptorSource(descriptor: descriptor, length: Int64(length)).bytes(at: 0, count: length)
    }

    /// Runs `body` with a descriptor of an unnamed file that holds `bytes`.
    static func withFile<Value>(_ bytes: [UInt8], _ body: (Int32) throws -> Value) throws -> Value {
        let descriptor = try self.scratchFile()
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            try #require(count > 0)
            written += count
        }
        return try body(descriptor)
    }

    /// A file without a name.
    static func scratchFile() throws -> Int32 {
        var template = Array("/tmp/mediad-test-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        try #require(descriptor >= 0)
        unlink(&template)
        return descriptor
    }

    /// Runs a program to its end and returns its standard output.
    static func run(_ arguments: [String]) throws -> [UInt8] {
        let output = try self.scratchFile()
        defer { close(output) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process: pid_t = 0
        let name = try #require(arguments.first)
        try #require(posix_spawnp(&process, name, &actions, nil, &pointers, nil) == 0, "\(name) is not installed")
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        try #require(status == 0, "\(arguments.joined(separator: " ")) failed")
        let length = Int64(lseek(output, 0, SEEK_END))
        return try DescriptorSource(descriptor: output, length: length).bytes(at: 0, count: Int(length))
    }

    /// Makes a media file with ffmpeg and returns its bytes and what ffprobe says of it.
    static func encoded(
        _ fileExtension: String,
        _ options: [String]
    ) throws -> (bytes: [UInt8], width: Int?, height: Int?, seconds: Double?) {
        var template = Array("/tmp/mediad-test-XXXXXX".utf8CString)
        let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
        let path = "\(folder)/file.\(fileExtension)"
        defer {
            unlink(path)
            rmdir(folder)
        }
        _ = try self.run(["ffmpeg", "-v", "error", "-y"] + options + [path])
        let probe = String(
            decoding: try self.run([
                "ffprobe", "-v", "error", "-show_entries", "format=duration:stream=width,height", "-of", "flat", path,
            ]),
            as: UTF8.self
        )
        func value(_ key: String) -> Double? {
            let line = probe.split(separator: "\n").first { $0.contains(".\(key)=") }
            return line?.split(separator: "=").last.flatMap { Double($0.filter { $0 != "\"" }) }
        }
        return (
            try self.bytes(path), value("width").map { Int($0) }, value("height").map { Int($0) }, value("duration")
        )
    }
}

/// Builds boxes.
enum Box {
    static func make(_ type: String, _ content: [UInt8]) -> [UInt8] {
        self.joined(self.u32(UInt32(8 + content.count)), Array(type.utf8), content)
    }

    static func fileType(_ major: String, _ compatible: [String] = []) -> [UInt8] {
        self.make("ftyp", self.joined(Array(major.utf8), self.u32(0), compatible.flatMap { Array($0.utf8) }))
    }

    static func joined(_ parts: [UInt8]...) -> [UInt8] { parts.flatMap { $0 } }
    static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
    static func u32(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }
    static func u64(_ number: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) } }

    static func movieHeader(timescale: UInt32, duration: UInt32) -> [UInt8] {
        self.make("mvhd", self.joined(self.zeros(12), self.u32(timescale), self.u32(duration), self.zeros(80)))
    }

    static func longMovieHeader(timescale: UInt32, duration: UInt64) -> [UInt8] {
        let times = self.joined(self.zeros(16), self.u32(timescale), self.u64(duration))
        return self.make("mvhd", self.joined(self.u32(1 << 24), times, self.zeros(80)))
    }

    /// A track with a `tkhd` of version 0, or 1 when `long`, and a matrix.
    static func track(
        handler: String,
        width: UInt32,
        height: UInt32,
        matrix: [Int32] = [1, 0, 0, 1],
        long: Bool = false
    ) -> [UInt8] {
        let fixed = matrix.map { self.u32(UInt32(bitPattern: $0 << 16)) }
        let rows = self.joined(fixed[0], fixed[1], self.zeros(4), fixed[2], fixed[3], self.zeros(12), self.u32(1 << 30))
        let header = self.joined(
            self.u32(long ? 1 << 24 | 1 : 1),
            // Times, track id, duration; then layer, group, volume.
            self.zeros(long ? 32 : 20),
            self.zeros(16),
            rows,
            self.u32(width << 16),
            self.u32(height << 16)
        )
        let media = self.make("hdlr", self.joined(self.zeros(8), Array(handler.utf8), self.zeros(13)))
        return self.make("trak", self.joined(self.make("tkhd", header), self.make("mdia", media)))
    }

    static func movie(_ parts: [UInt8]) -> [UInt8] { self.make("moov", parts) }
}
