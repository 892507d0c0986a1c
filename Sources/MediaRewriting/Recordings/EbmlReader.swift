import MediaCore
import SystemPackage

/// Reads the heads of elements one after the other, and small contents: a few hundred bytes at a time, whatever lies between them.
struct EbmlReader<Base: ByteSource> {
    private let source: Base
    private var window: [UInt8] = []
    private var windowStart: Int64 = 0
    /// What may still be read: a recording of a day has some ten million blocks.
    private var headsLeft = 20_000_000

    init(_ source: Base) { self.source = source }

    var length: Int64 { self.source.length }

    /// The head of the element at `position`.
    /// - Returns: nil where the file ends in it.
    /// - Throws: ``RecordingFault`` where there is none (RFC 8794 sections 4 and 5).
    mutating func head(at position: Int64) throws(RecordingFault) -> EbmlHead? {
        guard self.headsLeft > 0 else { throw .notUnderstood("too many elements") }
        self.headsLeft -= 1
        let bytes = try self.bytes(at: position, upTo: 12)
        guard let first = bytes.first else { return nil }
        let idWidth = first.leadingZeroBitCount + 1
        guard idWidth <= 4 else { throw .notUnderstood("no element at \(position)") }
        guard bytes.count > idWidth else { return nil }
        let id = UInt32(truncatingIfNeeded: bytes.prefix(idWidth).bigEndianNumber)
        let rest = bytes.dropFirst(idWidth)
        guard let size = VariableNumber(rest) else {
            guard let byte = rest.first, byte > 0 else { throw .notUnderstood("no size at \(position)") }
            return nil
        }
        let content = position + Int64(idWidth + size.width)
        // 56 bits at most and a file offset: no overflow.
        let end = size.isUnknown ? nil : content + Int64(size.value)
        return EbmlHead(id: id, start: position, content: content, end: end)
    }

    /// The content of an element as an unsigned number (section 7.2).
    mutating func unsigned(_ head: EbmlHead) throws(RecordingFault) -> UInt64 {
        try self.content(of: head, upTo: 8).bigEndianNumber
    }

    /// The content as a signed number (section 7.1).
    mutating func signed(_ head: EbmlHead) throws(RecordingFault) -> Int64 {
        let bytes = try self.content(of: head, upTo: 8)
        guard let first = bytes.first else { return 0 }
        let number = bytes.bigEndianNumber
        guard first & 0x80 != 0, bytes.count < 8 else { return Int64(bitPattern: number) }
        return Int64(bitPattern: number | ~0 << UInt64(8 * bytes.count))
    }

    /// The content as a float of 4 or 8 bytes (section 7.3); nil for any other length.
    mutating func float(_ head: EbmlHead) throws(RecordingFault) -> Double? {
        let bytes = try self.content(of: head, upTo: 8)
        return switch bytes.count {
        case 4: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bytes.bigEndianNumber)))
        case 8: Double(bitPattern: bytes.bigEndianNumber)
        default: nil
        }
    }

    /// All of the content.
    /// - Throws: `notUnderstood` where it is longer, or not there.
    mutating func content(of head: EbmlHead, upTo count: Int) throws(RecordingFault) -> ArraySlice<UInt8> {
        guard let end = head.end, end - head.content <= Int64(count) else {
            throw .notUnderstood("the length of element \(head.id) at \(head.start)")
        }
        let bytes = try self.bytes(at: head.content, upTo: Int(end - head.content))
        guard bytes.count == end - head.content else { throw .notUnderstood("the end of element \(head.id)") }
        return bytes
    }

    /// `count` bytes, or fewer at the end of the file.
    mutating func bytes(at position: Int64, upTo count: Int) throws(RecordingFault) -> ArraySlice<UInt8> {
        let end = min(position + Int64(count), self.source.length)
        guard position < end else { return [] }
        if position < self.windowStart || end > self.windowStart + Int64(self.window.count) {
            do throws(Errno) {
                self.window = try self.source.bytes(at: position, count: max(count, Self.windowBytes))
            } catch {
                throw .unreadable("\(error)")
            }
            self.windowStart = position
        }
        let start = Int(position - self.windowStart)
        return self.window[start..<min(self.window.count, start + Int(end - position))]
    }

    /// Small blocks of sound share a window; larger ones are not read for their heads.
    private static var windowBytes: Int { 512 }
}

/// A number that tells its own length in its first bits (RFC 8794 section 4).
struct VariableNumber {
    var value: UInt64
    /// In bytes, 1 to 8.
    var width: Int
    /// All bits are set: of sizes the word for "unknown".
    var isUnknown: Bool

    /// - Returns: nil where the bytes are too few, and for more than 8 of them.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard let first = bytes.first, first > 0 else { return nil }
        self.width = first.leadingZeroBitCount + 1
        guard bytes.count >= self.width else { return nil }
        let mask = (UInt64(1) << UInt64(7 * self.width)) - 1
        self.value = bytes.prefix(self.width).bigEndianNumber & mask
        self.isUnknown = self.value == mask
    }
}

extension Sequence<UInt8> {
    /// The bytes as a number, the most significant first; of more than eight the last ones.
    var bigEndianNumber: UInt64 { self.reduce(0) { $0 << 8 | UInt64($1) } }
}
