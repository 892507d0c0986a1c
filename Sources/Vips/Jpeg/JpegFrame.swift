import MediaCore

/// How a JPEG is coded, by the marker of its frame (ISO/IEC 10918-1 table B.1; 14495-1 annex C).
struct JpegFrame {
    enum Process: Hashable { case sequential, progressive, lossless, hierarchical, jpegLS }

    var process: Process
    var isArithmetic: Bool
    /// Bits of a sample.
    var precision: Int
    var size: PixelSize
    /// The number by which each component is known, and its sampling factors, 4 bits each.
    var components: [(id: UInt8, sampling: UInt8)]
    /// What an Adobe marker says: 0 is no transformation.
    var adobeTransform: Int?
    var isJFIF: Bool
    /// Where the first scan's segment begins.
    var scan: Int

    /// What libjpeg reads.
    var isOrdinary: Bool { self.precision == 8 && [.sequential, .progressive].contains(self.process) }

    /// The components are red, green and blue as they are (what libjpeg-turbo 3 goes by).
    var isRGB: Bool {
        guard self.components.count == 3, !self.isJFIF else { return false }
        if let transform = self.adobeTransform { return transform == 0 }
        return self.components.map(\.id) == [0x52, 0x47, 0x42] || self.process == .lossless
    }

    /// - Returns: nil for what has no frame in front of its first scan.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var found: JpegFrame?
        var (adobe, isJFIF): (Int?, Bool) = (nil, false)
        for segment in JpegSegments(bytes) {
            let content = segment.content
            switch segment.marker {
            case 0xE0: if bytes[content].starts(with: Array("JFIF\0".utf8)) { isJFIF = true }
            case 0xEE:
                if content.count >= 12, bytes[content].starts(with: Array("Adobe".utf8)) {
                    adobe = Int(bytes[content.lowerBound + 11])
                }
            case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF, 0xF7:
                guard found == nil else { break }
                found = JpegFrame(marker: segment.marker, UnsafeRawBufferPointer(rebasing: bytes[content]))
            case 0xDA:
                guard var frame = found else { return nil }
                (frame.adobeTransform, frame.isJFIF, frame.scan) = (adobe, isJFIF, content.lowerBound)
                self = frame
                return
            default: break
            }
        }
        return nil
    }

    private init?(marker: UInt8, _ content: UnsafeRawBufferPointer) {
        guard content.count >= 6, content.count >= 6 + 3 * Int(content[5]) else { return nil }
        switch marker {
        case 0xF7: self.process = .jpegLS
        case 0xC3, 0xCB: self.process = .lossless
        case 0xC5...0xC7, 0xCD...0xCF: self.process = .hierarchical
        case 0xC2, 0xCA: self.process = .progressive
        default: self.process = .sequential
        }
        self.isArithmetic = (0xC9...0xCF).contains(marker)
        self.precision = Int(content[0])
        let (height, width) = (Int(content[1]) << 8 | Int(content[2]), Int(content[3]) << 8 | Int(content[4]))
        guard width > 0, height > 0 else { return nil }
        self.size = PixelSize(width: width, height: height)
        self.components = (0..<Int(content[5])).map { (content[6 + 3 * $0], content[7 + 3 * $0]) }
        (self.adobeTransform, self.isJFIF, self.scan) = (nil, false, 0)
    }

}

extension JpegFrame {
    /// For people.
    var name: String {
        let kind =
            switch self.process {
            case .sequential, .progressive: "JPEG"
            case .lossless: "lossless JPEG"
            case .hierarchical: "hierarchical JPEG"
            case .jpegLS: "JPEG-LS"
            }
        let coded = self.isArithmetic ? "arithmetically coded \(kind)" : kind
        return self.precision == 8 ? coded : "\(coded) of \(self.precision) bits"
    }

    var colorModel: ColorModel {
        switch self.components.count {
        case 1: .grey
        case 4: .cmyk
        default: .rgb
        }
    }

    /// Whether the end is marked behind the first scan, whatever somebody put behind it: what is coded has no such marker in it.
    func isWhole(_ bytes: UnsafeRawBufferPointer) -> Bool {
        (self.scan..<max(self.scan, bytes.count - 1)).contains { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xD9 }
    }
}
