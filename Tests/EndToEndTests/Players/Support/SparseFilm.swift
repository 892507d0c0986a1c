import FoundationEssentials
import Glibc
import Testing

/// Makes a small film huge: a hole on the disk between its beginning and its end, which players have to jump over.
///
/// The film's index lies in front. The hole is a `free` box with a 64-bit size; the chunks behind it are found by 64-bit offsets
/// (ISO/IEC 14496-12, sections 4.2, 8.1.2 and 8.7.5).
struct SparseFilm {
    private let bytes: [UInt8]
    private let boxes: [Box]
    private let media: Box

    private struct Box {
        let type: String
        /// The whole box.
        let range: Range<Int>
        var content: Range<Int> { range.lowerBound + 8..<range.upperBound }
    }

    /// - Parameter bytes: a film with its index in front and all its media in one box behind.
    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        boxes = try Self.boxes(in: 0..<bytes.count, of: bytes)
        media = try #require(boxes.last { $0.type == "mdat" })
        #expect(boxes.contains { $0.type == "moov" } && media.range.upperBound == bytes.count)
    }

    /// Writes the film with a hole of so many bytes before its last tenth.
    func write(to path: String, hole: Int) throws {
        let chunks = try Self.chunks(in: 0..<media.range.lowerBound, of: bytes)
        let cut = try #require(chunks.filter { $0 >= media.content.upperBound - media.content.count / 10 }.min())
        // Each chunk offset grows by four bytes; behind the hole comes the head of another media box.
        let growth = 4 * chunks.count
        let front = try rewritten(0..<media.range.lowerBound) { $0 + growth + ($0 < cut ? 0 : hole + 8) }
        try #require(front.count == media.range.lowerBound + growth)
        let start =
            front + Self.head("mdat", cut - media.range.lowerBound) + bytes[media.content.lowerBound..<cut]
            + Self.big(1, 4) + Array("free".utf8) + Self.big(hole, 8)
        let end = Self.head("mdat", 8 + bytes.count - cut) + bytes[cut...]
        try Data(start).write(to: URL(fileURLWithPath: path))
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        defer { close(descriptor) }
        let written = pwrite(descriptor, end, end.count, off_t(start.count - 16 + hole))
        try #require(written == end.count)
    }

    /// The boxes of a range, with those that hold chunk offsets written anew.
    private func rewritten(_ range: Range<Int>, _ move: (Int) -> Int) throws -> [UInt8] {
        try Self.boxes(in: range, of: bytes).flatMap { box in
            if box.type == "stco" {
                let offsets = Self.offsets(box, bytes).map(move)
                let table = bytes[box.content.prefix(8)] + offsets.flatMap { Self.big($0, 8) }
                return Self.head("co64", 8 + table.count) + table
            }
            guard Self.containers.contains(box.type) else { return Array(bytes[box.range]) }
            let content = try rewritten(box.content, move)
            return Self.head(box.type, 8 + content.count) + content
        }
    }

    private static let containers = ["moov", "trak", "mdia", "minf", "stbl"]

    private static func boxes(in range: Range<Int>, of bytes: [UInt8]) throws -> [Box] {
        var boxes: [Box] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let size = number(bytes[start..<start + 4])
            try #require(size >= 8 && start + size <= range.upperBound, "a box of \(size) bytes at \(start)")
            let type = String(decoding: bytes[start + 4..<start + 8], as: UTF8.self)
            boxes.append(Box(type: type, range: start..<start + size))
            start += size
        }
        return boxes
    }

    /// Where the chunks of all tracks begin.
    private static func chunks(in range: Range<Int>, of bytes: [UInt8]) throws -> [Int] {
        try boxes(in: range, of: bytes).flatMap { box in
            if box.type == "stco" { return offsets(box, bytes) }
            return containers.contains(box.type) ? try chunks(in: box.content, of: bytes) : []
        }
    }

    private static func offsets(_ box: Box, _ bytes: [UInt8]) -> [Int] {
        stride(from: box.content.lowerBound + 8, to: box.content.upperBound, by: 4).map { number(bytes[$0..<$0 + 4]) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

    private static func big(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * (count - 1 - $0))) }
    }

    private static func head(_ type: String, _ size: Int) -> [UInt8] { big(size, 4) + Array(type.utf8) }
}
