import MediaCore

/// Lossless JPEG, coded by Huffman (ISO/IEC 10918-1 annex H): what scanners, medicine and the insides of raw photographs use.
///
/// libjpeg-turbo reads it since 3.0; FFmpeg 5.1 reads it wrongly above 8 bits, without an error.
struct LosslessJpeg {
    private let bytes: UnsafeRawBufferPointer
    private let frame: JpegFrame
    private var tables: [Int: HuffmanTable] = [:]
    private var restartInterval = 0
    private var seen: Set<Int> = []

    static func isReadable(_ frame: JpegFrame) -> Bool {
        (2...16).contains(frame.precision) && frame.components.allSatisfy { $0.sampling == 0x11 }
    }

    init(_ bytes: UnsafeRawBufferPointer, _ frame: JpegFrame) throws(VipsFailure) {
        (self.bytes, self.frame) = (bytes, frame)
    }

    /// - Parameter pixels: 8 bits for each sample where that is enough, else 16, in the order of the components.
    /// - Throws: ``VipsFailure`` where samples are missing, or the bits are none.
    mutating func decode(into pixels: UnsafeMutableRawBufferPointer) throws(VipsFailure) {
        var offset = 2
        while self.bytes.count - offset >= 4, self.bytes[offset] == 0xFF, self.bytes[offset + 1] != 0xD9 {
            let marker = self.bytes[offset + 1]
            if marker == 0xFF {
                offset += 1
                continue
            }
            let length = Int(self.bytes[offset + 2]) << 8 | Int(self.bytes[offset + 3])
            guard length >= 2, offset + 2 + length <= self.bytes.count else { break }
            let content = UnsafeRawBufferPointer(rebasing: self.bytes[offset + 4..<offset + 2 + length])
            offset += 2 + length
            switch marker {
            case 0xC4: try HuffmanTable.read(content, into: &self.tables)
            case 0xDD where content.count >= 2: self.restartInterval = Int(content[0]) << 8 | Int(content[1])
            case 0xDA: offset = try self.decodeScan(Scan(content, self.frame), from: offset, into: pixels)
            default: break
            }
        }
        guard self.seen.count == self.frame.components.count else {
            throw VipsFailure(operation: "lossless JPEG", text: "components are missing")
        }
        if self.frame.components.count == 3, !self.frame.isRGB { self.convertFromYCbCr(pixels) }
    }

    /// What the header of a scan says.
    private struct Scan {
        /// Their places in the frame, and their tables.
        var components: [(index: Int, table: Int)] = []
        var predictor: Int
        var pointTransform: Int

        init(_ content: UnsafeRawBufferPointer, _ frame: JpegFrame) throws(VipsFailure) {
            let flaw = VipsFailure(operation: "lossless JPEG", text: "a scan that is none")
            guard let count = content.first.map({ Int($0) }), count >= 1, content.count >= 4 + 2 * count else {
                throw flaw
            }
            for scanned in 0..<count {
                let id = content[1 + 2 * scanned]
                guard let index = frame.components.firstIndex(where: { $0.id == id }) else { throw flaw }
                self.components.append((index, Int(content[2 + 2 * scanned] >> 4)))
            }
            self.predictor = Int(content[1 + 2 * count])
            self.pointTransform = Int(content[3 + 2 * count] & 0xF)
            guard (1...7).contains(self.predictor), self.pointTransform < frame.precision else { throw flaw }
        }
    }

    /// - Returns: where the marker behind the scan begins.
    private mutating func decodeScan(
        _ scan: Scan,
        from position: Int,
        into pixels: UnsafeMutableRawBufferPointer
    ) throws(VipsFailure) -> Int {
        let (width, height, channels) = (self.frame.size.width, self.frame.size.height, self.frame.components.count)
        var tables: [HuffmanTable] = []
        for component in scan.components {
            guard let table = self.tables[component.table] else {
                throw VipsFailure(operation: "lossless JPEG", text: "no Huffman table")
            }
            tables.append(table)
            self.seen.insert(component.index)
        }
        let isDeep = self.frame.precision > 8
        let (most, wanted) = ((1 << self.frame.precision) - 1, isDeep ? 65535 : 255)
        let start = 1 << (self.frame.precision - scan.pointTransform - 1)
        var bits = EntropyCodedBits(self.bytes, from: position)
        // In a row: to the left of `x` what is new, from there on what is above. In front of it is nothing that counts.
        var rows = [[Int]](repeating: [Int](repeating: 0, count: width + 1), count: scan.components.count)
        // What was above the sample to the left.
        var corners = [Int](repeating: 0, count: scan.components.count)
        var (sinceRestart, isFirstRow) = (0, true)
        for y in 0..<height {
            for x in 0..<width {
                if self.restartInterval > 0, sinceRestart == self.restartInterval {
                    try bits.restart()
                    sinceRestart = 0
                    isFirstRow = true
                }
                for (number, component) in scan.components.enumerated() {
                    let difference = try Self.difference(&bits, tables[number])
                    let prediction: Int
                    let above = rows[number][x + 1]
                    if isFirstRow {
                        prediction = sinceRestart == 0 ? start : rows[number][x]
                    } else if x == 0 {
                        prediction = above
                    } else {
                        prediction = Self.prediction(
                            scan.predictor,
                            left: rows[number][x],
                            above: above,
                            corner: corners[number]
                        )
                    }
                    corners[number] = above
                    let sample = (prediction + difference) & 0xFFFF
                    rows[number][x + 1] = sample
                    let value = min(most, sample << scan.pointTransform)
                    let scaled = (value * wanted + most / 2) / most
                    let place = (y * width + x) * channels + component.index
                    if isDeep {
                        pixels.storeBytes(of: UInt16(scaled), toByteOffset: 2 * place, as: UInt16.self)
                    } else {
                        pixels[place] = UInt8(scaled)
                    }
                }
                sinceRestart += 1
            }
            isFirstRow = false
        }
        return bits.position
    }

    /// The difference to what was predicted (tables H.2 and F.1): its number of bits, and the bits.
    private static func difference(
        _ bits: inout EntropyCodedBits,
        _ table: HuffmanTable
    ) throws(VipsFailure) -> Int {
        let (length, category) = table.entry(bits.peek())
        guard length > 0, category <= 16 else {
            throw VipsFailure(operation: "lossless JPEG", text: "bits that are no code")
        }
        _ = try bits.take(length)
        guard category > 0 else { return 0 }
        guard category < 16 else { return 32768 }
        let value = try bits.take(category)
        return value < 1 << (category - 1) ? value - (1 << category) + 1 : value
    }

    /// Table H.1.
    private static func prediction(_ predictor: Int, left: Int, above: Int, corner: Int) -> Int {
        switch predictor {
        case 1: left
        case 2: above
        case 3: corner
        case 4: left + above - corner
        case 5: left + (above - corner) >> 1
        case 6: above + (left - corner) >> 1
        default: (left + above) >> 1
        }
    }

    /// JFIF's conversion, in the depth at hand.
    private func convertFromYCbCr(_ pixels: UnsafeMutableRawBufferPointer) {
        let isDeep = self.frame.precision > 8
        let most: Float = isDeep ? 65535 : 255
        let deep = pixels.bindMemory(to: UInt16.self)
        for start in stride(from: 0, to: 3 * self.frame.size.pixels, by: 3) {
            func read(_ channel: Int) -> Float {
                isDeep ? Float(deep[start + channel]) : Float(pixels[start + channel])
            }
            let (y, b, r) = (read(0), read(1) - (most + 1) / 2, read(2) - (most + 1) / 2)
            for (channel, value) in [y + 1.402 * r, y - 0.344136 * b - 0.714136 * r, y + 1.772 * b].enumerated() {
                let whole = min(most, max(0, value.rounded()))
                if isDeep { deep[start + channel] = UInt16(whole) } else { pixels[start + channel] = UInt8(whole) }
            }
        }
    }
}
