import MediaCore

/// The frames of a GIF as they lie in the file, without what libvips paints where nothing covers the canvas.
///
/// Source: GIF89a specification.
struct GifFrames {
    struct Frame {
        var place: FrameCanvas.Place
        var disposal: FrameCanvas.Disposal
        fileprivate var transparent: Int?
        fileprivate var isInterlaced: Bool
        /// Three bytes a colour.
        fileprivate var colours: Range<Int>
        /// The bytes of the compressed data: the size of the first code, then blocks.
        fileprivate var data: Int
    }

    let frames: [Frame]
    private let bytes: UnsafeRawBufferPointer

    /// - Parameter maximumCount: more are not looked for.
    /// - Returns: nil where the blocks do not follow each other: libvips has the word.
    init?(_ bytes: UnsafeRawBufferPointer, maximumCount: Int) {
        guard bytes.count > 13, bytes.starts(with: Array("GIF8".utf8)) else { return nil }
        var global: Range<Int> = 0..<0
        var offset = 13
        if bytes[10] & 0x80 != 0 { global = Self.table(&offset, flags: bytes[10]) }
        var frames: [Frame] = []
        var (disposal, transparent): (FrameCanvas.Disposal, Int?) = (.keep, nil)
        while offset < bytes.count, frames.count < maximumCount {
            switch bytes[offset] {
            case 0x21:
                if offset + 7 < bytes.count, bytes[offset + 1] == 0xF9, bytes[offset + 2] >= 4 {
                    let flags = bytes[offset + 3]
                    switch flags >> 2 & 7 {
                    case 2: disposal = .clear
                    case 3, 4: disposal = .restore
                    default: disposal = .keep
                    }
                    transparent = flags & 1 == 1 ? Int(bytes[offset + 6]) : nil
                }
                offset += 2
            case 0x2C:
                guard offset + 11 < bytes.count else { return nil }
                func number(_ at: Int) -> Int { Int(bytes[offset + at]) | Int(bytes[offset + at + 1]) << 8 }
                let place = FrameCanvas.Place(left: number(1), top: number(3), width: number(5), height: number(7))
                let flags = bytes[offset + 9]
                offset += 10
                let colours = flags & 0x80 != 0 ? Self.table(&offset, flags: flags) : global
                guard colours.upperBound <= bytes.count else { return nil }
                frames.append(
                    Frame(
                        place: place,
                        disposal: disposal,
                        transparent: transparent,
                        isInterlaced: flags & 0x40 != 0,
                        colours: colours,
                        data: offset
                    )
                )
                (disposal, transparent) = (.keep, nil)
                offset += 1
            default:
                self.init(frames, bytes)
                return
            }
            while offset < bytes.count, bytes[offset] != 0 { offset += 1 + Int(bytes[offset]) }
            offset += 1
        }
        self.init(frames, bytes)
    }

    private init(_ frames: [Frame], _ bytes: UnsafeRawBufferPointer) {
        self.frames = frames
        self.bytes = bytes
    }

    private static func table(_ offset: inout Int, flags: UInt8) -> Range<Int> {
        let start = offset
        offset += 3 << (Int(flags & 7) + 1)
        return start..<offset
    }

    /// The pixels of a frame, four bytes each. What its data lack is transparent.
    func pixels(of frame: Frame) -> [UInt8] {
        let (width, height) = (frame.place.width, frame.place.height)
        var rgba = [UInt8](repeating: 0, count: width * height * 4)
        guard width > 0, height > 0 else { return rgba }
        let rows = frame.isInterlaced ? Self.interlacedRows(height) : Array(0..<height)
        let colourCount = frame.colours.count / 3
        var (row, column) = (0, 0)
        GifCodes.decode(self.bytes, at: frame.data, count: width * height) { index in
            if index != frame.transparent, index < colourCount {
                let target = 4 * (rows[row] * width + column)
                let colour = frame.colours.lowerBound + 3 * index
                for channel in 0..<3 { rgba[target + channel] = self.bytes[colour + channel] }
                rgba[target + 3] = 255
            }
            column += 1
            if column == width { (row, column) = (row + 1, 0) }
        }
        return rgba
    }

    /// Appendix E.
    private static func interlacedRows(_ height: Int) -> [Int] {
        [(0, 8), (4, 8), (2, 4), (1, 2)].flatMap { Array(stride(from: $0.0, to: height, by: $0.1)) }
    }
}

/// The variable codes of LZW that GIF is compressed with (appendix F).
enum GifCodes {
    /// Calls `emit` with at most `count` indices of colours; stops early where the data end or make no sense.
    static func decode(_ bytes: UnsafeRawBufferPointer, at start: Int, count: Int, _ emit: (Int) -> Void) {
        guard start < bytes.count, (1...11).contains(bytes[start]) else { return }
        let minimum = Int(bytes[start])
        let (clear, end) = (1 << minimum, 1 << minimum + 1)
        var prefix = [UInt16](repeating: 0, count: 4096)
        var suffix = [UInt8](repeating: 0, count: 4096)
        var stack = [UInt8](repeating: 0, count: 4097)
        for code in 0..<min(clear, 256) { suffix[code] = UInt8(truncatingIfNeeded: code) }
        var (width, next, previous, first) = (minimum + 1, clear + 2, -1, 0)
        var (buffer, bits, offset, block, left) = (0, 0, start + 1, 0, count)
        while left > 0 {
            while bits < width {
                if block == 0 {
                    guard offset < bytes.count, bytes[offset] != 0 else { return }
                    block = Int(bytes[offset])
                    offset += 1
                }
                guard offset < bytes.count else { return }
                buffer |= Int(bytes[offset]) << bits
                (offset, block, bits) = (offset + 1, block - 1, bits + 8)
            }
            let code = buffer & ((1 << width) - 1)
            buffer >>= width
            bits -= width
            if code == end { return }
            if code == clear {
                (width, next, previous) = (minimum + 1, clear + 2, -1)
                continue
            }
            guard code < next || (code == next && previous >= 0) else { return }
            if previous < 0, code >= clear { return }
            var (depth, current) = (0, code)
            if code == next {
                stack[0] = UInt8(truncatingIfNeeded: first)
                (depth, current) = (1, previous)
            }
            while current >= clear {
                stack[depth] = suffix[current]
                (depth, current) = (depth + 1, Int(prefix[current]))
            }
            first = current
            stack[depth] = UInt8(truncatingIfNeeded: current)
            if previous >= 0, next < 4096 {
                prefix[next] = UInt16(truncatingIfNeeded: previous)
                suffix[next] = UInt8(truncatingIfNeeded: first)
                next += 1
                if next == 1 << width, width < 12 { width += 1 }
            }
            previous = code
            for index in (0...depth).reversed() where left > 0 {
                emit(Int(stack[index]))
                left -= 1
            }
        }
    }
}
