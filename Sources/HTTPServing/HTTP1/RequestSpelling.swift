import NIOCore

/// Takes the requests of a connection of HTTP/1 apart into messages, and gives the decoder the spellings that it takes, of what RFC 9112
/// allows and it refuses: whitespace around field values (section 5), minor versions above 1 (section 2.6) and whitespace in chunk
/// extensions, which are dropped (section 7.1.1).
///
/// The decoder alone decides what a request is. This follows it byte by byte, so it knows where the next request begins; what it does
/// not understand goes on as it came, to the end of the connection. A pure value.
struct RequestSpelling {
    /// What ``next(of:)`` gives.
    enum Piece {
        /// Bytes as the decoder takes them; not empty. The last ones of a message end it: what follows is another one.
        case bytes(ByteBuffer, isLast: Bool)
        /// All that was there is taken, and the message goes on.
        case more
        /// A chunk extension is too long, or none. Nothing can be made of what follows.
        case invalid
    }

    private enum State {
        /// Counts the spaces of a request line; behind the second one comes the version.
        case requestLine(spaces: Int, version: Int)
        case lineStart
        case name
        /// Whitespace before a value, or within and perhaps behind it.
        case value(isBegun: Bool)
        case lineEnd(next: AfterLine)
        case body(Int)
        case chunkSize
        case chunkExtension(hasSemicolon: Bool)
        case chunkData(Int)
        case chunkDataEnd(Int)
        /// Not understood: the decoder's business.
        case raw
        /// An extension beyond the bound, or one that is none.
        case failed
    }

    private enum AfterLine {
        case line
        case headEnd
        case chunk
    }

    /// Bytes of all chunk extensions of a request.
    static let maximumExtensionBytes = 16 << 10
    /// More whitespace than this is not held back.
    private static let maximumSpaces = 1024
    /// What room is made for at first.
    private static let usualHeadBytes = 2048

    private var state = State.requestLine(spaces: 0, version: 0)
    private var spaces: [UInt8] = []
    private var name: [UInt8] = []
    private var value: [UInt8] = []
    private var lengths: [[UInt8]] = []
    private var codings: [[UInt8]] = []
    private var isLast = false
    private var isTrailer = false
    /// The last byte of the message was taken.
    private var isOver = false
    private var chunk = 0
    private var digits = 0
    private var extensionBytes = 0

    /// Takes the next run of bytes of a message. Content is given as it lies there, without being copied.
    mutating func next(of input: inout ByteBuffer) -> Piece {
        while input.readableBytes > 0 {
            switch self.state {
            case .failed: return .invalid
            case .raw: return self.content(of: &input, atMost: .max)
            case .body(let left), .chunkData(let left): return self.content(of: &input, atMost: left)
            default:
                let lines = self.lines(of: &input)
                if case .failed = self.state { return .invalid }
                if lines.readableBytes > 0 { return .bytes(lines, isLast: self.ends()) }
            }
        }
        return .more
    }

    private mutating func content(of input: inout ByteBuffer, atMost length: Int) -> Piece {
        let count = min(length, input.readableBytes)
        guard let bytes = input.readSlice(length: count) else { return .more }
        switch self.state {
        case .body(let left):
            self.state = .body(left - count)
            self.isOver = left == count
        case .chunkData(let left): self.state = left == count ? .chunkDataEnd(0) : .chunkData(left - count)
        default: break
        }
        return .bytes(bytes, isLast: self.ends())
    }

    /// The bytes up to the next content, or to the end of the message.
    private mutating func lines(of input: inout ByteBuffer) -> ByteBuffer {
        var output = ByteBuffer()
        output.reserveCapacity(min(input.readableBytes, Self.usualHeadBytes))
        let count = input.withUnsafeReadableBytes { bytes -> Int in
            var index = 0
            while index < bytes.count, !self.isOver, self.readsLines {
                self.take(bytes[index], &output)
                index += 1
            }
            return index
        }
        input.moveReaderIndex(forwardBy: count)
        return output
    }

    private var readsLines: Bool {
        switch self.state {
        case .body, .chunkData, .raw, .failed: false
        default: true
        }
    }

    /// Whether the message is over; then the next one begins.
    private mutating func ends() -> Bool {
        guard self.isOver else { return false }
        self = RequestSpelling()
        return true
    }

    private mutating func giveUp(_ byte: UInt8, _ output: inout ByteBuffer) {
        output.writeBytes(self.spaces)
        output.writeInteger(byte)
        self.spaces = []
        self.state = .raw
    }

    private mutating func take(_ byte: UInt8, _ output: inout ByteBuffer) {
        switch self.state {
        case .requestLine(let spaces, let version): self.takeRequestLine(byte, spaces, version, &output)
        case .lineStart, .name: self.takeName(byte, &output)
        case .value(let isBegun): self.takeValue(byte, isBegun, &output)
        case .lineEnd(let next):
            guard byte == UInt8(ascii: "\n") else { return self.giveUp(byte, &output) }
            output.writeInteger(byte)
            self.endLine(next)
        case .chunkSize, .chunkExtension: self.takeChunkLine(byte, &output)
        case .chunkDataEnd(let count):
            guard byte == (count == 0 ? UInt8(ascii: "\r") : UInt8(ascii: "\n")) else {
                return self.giveUp(byte, &output)
            }
            output.writeInteger(byte)
            if count == 0 { self.state = .chunkDataEnd(1) } else { self.beginChunk() }
        case .body, .chunkData, .raw, .failed: break
        }
    }

    private mutating func takeRequestLine(
        _ byte: UInt8,
        _ spaces: Int,
        _ version: Int,
        _ output: inout ByteBuffer
    ) {
        guard spaces == 2 else {
            // The decoder skips empty lines before a request (RFC 9112 section 2.2).
            let isSkipped = spaces == 0 && version == 0 && (byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n"))
            guard isSkipped || byte > 0x20 && byte != 0x7F || byte == UInt8(ascii: " ") && version > 0 else {
                return self.giveUp(byte, &output)
            }
            output.writeInteger(byte)
            if isSkipped { return }
            let isSpace = byte == UInt8(ascii: " ")
            self.state = .requestLine(spaces: spaces + (isSpace ? 1 : 0), version: isSpace && spaces == 1 ? 0 : 1)
            return
        }
        let expected = Array("HTTP/1.".utf8)
        if version < expected.count {
            guard byte == expected[version] else { return self.giveUp(byte, &output) }
            output.writeInteger(byte)
            self.state = .requestLine(spaces: 2, version: version + 1)
        } else if version == expected.count {
            // RFC 9110 section 2.5: a higher minor version is understood as the highest that is known.
            let isHigher = (UInt8(ascii: "2")...UInt8(ascii: "9")).contains(byte)
            output.writeInteger(isHigher ? UInt8(ascii: "1") : byte)
            if byte == UInt8(ascii: "0") { self.isLast = true }
            self.state = .requestLine(spaces: 2, version: version + 1)
        } else {
            guard byte == UInt8(ascii: "\r") else { return self.giveUp(byte, &output) }
            output.writeInteger(byte)
            self.state = .lineEnd(next: .line)
        }
    }

    private mutating func takeName(_ byte: UInt8, _ output: inout ByteBuffer) {
        if case .lineStart = self.state {
            self.name = []
            self.value = []
            if byte == UInt8(ascii: "\r") {
                output.writeInteger(byte)
                self.state = .lineEnd(next: .headEnd)
                return
            }
        }
        if byte == UInt8(ascii: ":"), !self.name.isEmpty {
            output.writeInteger(byte)
            self.state = .value(isBegun: false)
            return
        }
        guard byte > 0x20, byte < 0x7F else { return self.giveUp(byte, &output) }
        output.writeInteger(byte)
        if self.name.count < 32 { self.name.append(byte | 0x20) }
        self.state = .name
    }

    private mutating func takeValue(_ byte: UInt8, _ isBegun: Bool, _ output: inout ByteBuffer) {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"):
            self.spaces.append(byte)
            if self.spaces.count > Self.maximumSpaces {
                _ = self.spaces.popLast()
                self.giveUp(byte, &output)
            }
        case UInt8(ascii: "\r"):
            self.spaces = []
            output.writeInteger(byte)
            self.endField()
            self.state = .lineEnd(next: .line)
        case 0..<0x20, 0x7F: self.giveUp(byte, &output)
        default:
            if isBegun { output.writeBytes(self.spaces) }
            for space in self.spaces where isBegun { self.remember(space) }
            self.spaces = []
            self.remember(byte)
            output.writeInteger(byte)
            self.state = .value(isBegun: true)
        }
    }

    private mutating func remember(_ byte: UInt8) { if self.value.count < 32 { self.value.append(byte) } }

    private mutating func endField() {
        guard !self.isTrailer else { return }
        switch String(decoding: self.name, as: UTF8.self) {
        case "content-length": self.lengths.append(self.value)
        case "transfer-encoding": self.codings.append(self.value)
        case "upgrade": self.isLast = true
        default: break
        }
    }

    private mutating func endLine(_ next: AfterLine) {
        switch next {
        case .line: self.state = .lineStart
        case .headEnd: if self.isTrailer { self.isOver = true } else { self.endHead() }
        case .chunk:
            if self.chunk > 0 {
                self.state = .chunkData(self.chunk)
            } else {
                self.isTrailer = true
                self.state = .lineStart
            }
        }
    }

    private mutating func endHead() {
        // Old, or to change the protocol, or doubtful: the rules refuse it, or the connection ends with it.
        guard !self.isLast, self.lengths.count + self.codings.count <= 1 else {
            self.state = .raw
            return
        }
        if let coding = self.codings.first {
            guard coding.map({ $0 | 0x20 }) == Array("chunked".utf8) else {
                self.state = .raw
                return
            }
            self.beginChunk()
        } else if let length = self.lengths.first {
            let isNumber = (1...18).contains(length.count) && length.allSatisfy { (0x30...0x39).contains($0) }
            guard isNumber, let count = Int(String(decoding: length, as: UTF8.self)) else {
                self.state = .raw
                return
            }
            if count == 0 { self.isOver = true } else { self.state = .body(count) }
        } else {
            self.isOver = true
        }
    }

    private mutating func beginChunk() {
        (self.chunk, self.digits, self.state) = (0, 0, .chunkSize)
    }

    private mutating func takeChunkLine(_ byte: UInt8, _ output: inout ByteBuffer) {
        if case .chunkSize = self.state, let digit = byte.chunkDigit, self.digits < 15 {
            self.chunk = self.chunk << 4 | digit
            self.digits += 1
            output.writeInteger(byte)
            return
        }
        guard self.digits > 0 else { return self.giveUp(byte, &output) }
        var hasSemicolon = false
        if case .chunkExtension(let has) = self.state { hasSemicolon = has }
        switch byte {
        case UInt8(ascii: "\r"):
            // Whitespace alone is no extension.
            if case .chunkExtension(false) = self.state {
                self.state = .failed
                return
            }
            output.writeInteger(byte)
            self.state = .lineEnd(next: .chunk)
        case UInt8(ascii: ";"): self.skip(true)
        case UInt8(ascii: " "), UInt8(ascii: "\t"): self.skip(hasSemicolon)
        case 0x21...0x7E where hasSemicolon, 0x80... where hasSemicolon: self.skip(true)
        default:
            // Behind what was left out nothing can go on as it came: of "5 5" the decoder would make a size of its own.
            if case .chunkExtension = self.state { self.state = .failed } else { self.giveUp(byte, &output) }
        }
    }

    private mutating func skip(_ hasSemicolon: Bool) {
        self.extensionBytes += 1
        self.state =
            self.extensionBytes <= Self.maximumExtensionBytes ? .chunkExtension(hasSemicolon: hasSemicolon) : .failed
    }
}

extension UInt8 {
    /// The value of a hexadecimal digit.
    fileprivate var chunkDigit: Int? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(self - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(self - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(self - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}
