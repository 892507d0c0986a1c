import Foundation
import MediaTesting
import Primitives
import Testing

@testable import Films

@Suite("ZIP archives")
struct ZipWriterTests {
    private let time = Timestamp(seconds: 1_796_058_023, nanoseconds: 0)

    /// An archive of these texts, behind so many bytes that are none of it.
    private func archive(
        _ entries: [(name: String, text: String)],
        announcing size: UInt64? = nil,
        from position: UInt64 = 0
    ) -> [UInt8] {
        var zip = ZipWriter(at: self.time, from: position)
        var bytes: [UInt8] = []
        for entry in entries {
            bytes += zip.begin(entry.name, expecting: size ?? UInt64(entry.text.utf8.count))
            // In two pieces, the first of an odd length.
            for piece in [entry.text.utf8.prefix(5), entry.text.utf8.dropFirst(5)] {
                zip.add(piece)
                bytes += piece
            }
            bytes += zip.end()
        }
        bytes += zip.finish()
        #expect(zip.position == position + UInt64(bytes.count))
        return bytes
    }

    private let entries = [
        ("account.json", #"{"username": "Amélie"}"#), ("files/été.txt", "The quick brown fox jumps over the lazy dog"),
        ("empty", ""),
    ]

    /// What Python's zipfile reads, as `name=content` lines.
    private func read(_ path: String) async throws -> String {
        let script = """
            import sys, zipfile
            z = zipfile.ZipFile(sys.argv[1])
            assert z.testzip() is None
            for i in z.infolist(): print(i.filename, i.date_time, z.read(i).decode(), sep="=")
            """
        let python = try await ChildProcess.start(
            .init("python3", ["-X", "utf8", "-c", script, path])
        )
        let ending = await python.waitForExit(atMost: .seconds(60))
        #expect(ending == .exited(0), "\(python.standardError)")
        return String(decoding: python.standardOutput, as: UTF8.self)
    }

    private var expected: String {
        self.entries.map { "\($0.0)=(2026, 11, 30, 17, 0, 22)=\($0.1)\n" }.joined()
    }

    @Test("The checksum is that of the standard, whatever the pieces")
    func checksum() {
        var whole = CRC32()
        whole.update("123456789".utf8)
        #expect(whole.value == 0xCBF4_3926)
        var pieces = CRC32()
        for piece in ["1", "2345678", "", "9"] { pieces.update(piece.utf8) }
        #expect(pieces.value == whole.value)
        #expect(CRC32().value == 0)
    }

    @Test("Python reads what was written, and unzip finds nothing wrong with it")
    func plain() async throws {
        let root = try TemporaryRoot()
        let path = root.absolute("a.zip")
        try Data(self.archive(self.entries)).write(to: URL(filePath: path))
        #expect(try await self.read(path) == self.expected)
        let unzip = try await ChildProcess.start(.init("unzip", ["-t", path]))
        #expect(await unzip.waitForExit(atMost: .seconds(60)) == .exited(0))
        #expect(String(decoding: unzip.standardOutput, as: UTF8.self).contains("No errors detected"))
    }

    @Test("An entry of 4 GiB or more has sizes of 64 bits")
    func large() async throws {
        let root = try TemporaryRoot()
        let path = root.absolute("a.zip")
        try Data(self.archive(self.entries, announcing: 5 << 30)).write(to: URL(filePath: path))
        #expect(try await self.read(path) == self.expected)
    }

    @Test("Entries and a directory behind the first 4 GiB are found")
    func far() async throws {
        let root = try TemporaryRoot()
        let path = root.absolute("a.zip")
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        // A hole.
        try file.truncate(atOffset: 5 << 30)
        try file.seekToEnd()
        try file.write(contentsOf: Data(self.archive(self.entries, from: 5 << 30)))
        try file.close()
        #expect(try await self.read(path) == self.expected)
    }

    @Test("70,000 entries are counted")
    func many() async throws {
        let root = try TemporaryRoot()
        let path = root.absolute("a.zip")
        let entries = (0..<70_000).map { (name: "\($0)", text: "") }
        try Data(self.archive(entries)).write(to: URL(filePath: path))
        #expect(try await self.read(path).split(separator: "\n").count == 70_000)
    }
}
