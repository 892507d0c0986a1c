import FoundationEssentials
import Glibc
import Testing

/// Runs command-line programs on bytes. In a command `%` is a file of the bytes, `@` of the second ones.
enum Tool {
    /// What it prints.
    static func run(_ command: String, on bytes: [UInt8], _ fileExtension: String) throws -> String {
        let output = try self.output(command + " >'&' 2>&1", bytes, fileExtension, nil, "", "txt")
        return String(decoding: output, as: UTF8.self)
    }

    /// What it writes into the file that is put behind the command.
    static func bytes(
        _ command: String,
        of bytes: [UInt8],
        _ fileExtension: String,
        _ second: [UInt8]? = nil,
        _ secondExtension: String = "",
        into result: String? = nil
    ) throws -> [UInt8] {
        let output = result ?? (secondExtension.isEmpty ? fileExtension : secondExtension)
        return try self.output(command + " '&'", bytes, fileExtension, second, secondExtension, output)
    }

    private static func output(
        _ command: String,
        _ bytes: [UInt8],
        _ fileExtension: String,
        _ second: [UInt8]?,
        _ secondExtension: String,
        _ outputExtension: String
    ) throws -> [UInt8] {
        // Unique: the names of files.
        let path = "/tmp/mediad-test-\(UInt64.random(in: 0...(.max)))"
        let names = ["\(path).\(fileExtension)", "\(path)-2.\(secondExtension)", "\(path)-out.\(outputExtension)"]
        defer { for name in names { unlink(name) } }
        try Data(bytes).write(to: URL(fileURLWithPath: names[0]))
        if let second { try Data(second).write(to: URL(fileURLWithPath: names[1])) }
        let line = command.replacing("%", with: names[0]).replacing("@", with: names[1]).replacing(
            "'&'",
            with: names[2]
        )
        var process: pid_t = 0
        var pointers: [UnsafeMutablePointer<CChar>?] = [strdup("sh"), strdup("-c"), strdup(line), nil]
        defer { for pointer in pointers { free(pointer) } }
        try #require(posix_spawnp(&process, "sh", nil, nil, &pointers, environ) == 0)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: names[2])))
    }
}

/// Sound and telemetry by turns, of one sample each.
struct InterleavedFilm {
    var chunks: Int

    var bytes: [UInt8] {
        let type = Self.box("ftyp", Array("isom\0\0\0\0isom".utf8))
        let media = (0..<self.chunks).flatMap { _ in [UInt8](repeating: 1, count: 8) + Array("SECRET 8".utf8) }
        let start = type.count + 8
        let tracks =
            Self.track(1, "soun", "mp4a", self.chunks, start) + Self.track(2, "meta", "mebx", self.chunks, start + 8)
        let header = Self.box(
            "mvhd",
            [UInt8](repeating: 0, count: 12) + Self.number(1000) + [UInt8](repeating: 0, count: 84)
        )
        return type + Self.box("mdat", media) + Self.box("moov", header + tracks)
    }

    private static func track(_ number: Int, _ handler: String, _ entry: String, _ count: Int, _ start: Int) -> [UInt8]
    {
        let zeros = { (count: Int) in [UInt8](repeating: 0, count: count) }
        let tables =
            self.box("stsd", zeros(4) + self.number(1) + self.box(entry, zeros(28)))
            + self.box("stts", zeros(4) + self.number(1) + self.number(count) + self.number(1024))
            + self.box("stsc", zeros(4) + [1, 1, 1, 1].flatMap(self.number))
            + self.box("stsz", zeros(4) + self.number(8) + self.number(count))
            + self.box("stco", zeros(4) + self.number(count) + (0..<count).flatMap { self.number(start + 16 * $0) })
        let media =
            self.box("mdhd", zeros(12) + self.number(1000) + zeros(8))
            + self.box("hdlr", zeros(8) + Array(handler.utf8) + zeros(13))
            + self.box("minf", self.box("stbl", tables))
        return self.box("trak", self.box("tkhd", zeros(12) + self.number(number) + zeros(68)) + self.box("mdia", media))
    }

    private static func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
        self.number(8 + content.count) + Array(type.utf8) + content
    }

    private static func number(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
