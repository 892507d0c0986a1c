import Libav
import MediaCore

/// A JPEG that libjpeg does not read: of 12 bits, or lossless.
final class JpegPicture: PixelDecoder {
    let layout: PixelLayout
    private let frame: JpegFrame
    private let source: PictureSource

    var profile: [UInt8]? { JpegSegments.profile(self.source.bytes) }
    var orientation: Int { JpegSegments.orientation(self.source.bytes) }

    /// - Returns: nil for a frame that libjpeg reads, or nobody here.
    init?(_ source: PictureSource) {
        guard let frame = JpegFrame(source.bytes), Self.isReadable(frame) else { return nil }
        self.frame = frame
        self.source = source
        self.layout = PixelLayout(
            size: frame.size,
            colours: frame.components.count == 1 ? .grey : .rgb,
            hasAlpha: false,
            isDeep: frame.precision > 8
        )
    }

    /// Grey, 4:4:4, 4:2:2 and 4:2:0: FFmpeg has no others for more than 8 bits.
    private static let samplings: [[UInt8]] = [[0x11], [0x11, 0x11, 0x11], [0x21, 0x11, 0x11], [0x22, 0x11, 0x11]]

    static func isReadable(_ frame: JpegFrame) -> Bool {
        guard !frame.isArithmetic, [1, 3].contains(frame.components.count) else { return false }
        switch frame.process {
        case .sequential, .progressive:
            return frame.precision == 12 && !frame.isRGB && Self.samplings.contains(frame.components.map(\.sampling))
        case .lossless: return LosslessJpeg.isReadable(frame)
        case .hierarchical, .jpegLS: return false
        }
    }

    func decode(into pixels: UnsafeMutableRawBufferPointer) throws(VipsFailure) {
        guard self.frame.isWhole(self.source.bytes) else {
            throw VipsFailure(operation: "decode", text: "the file ends too early")
        }
        if self.frame.process == .lossless {
            var decoder = try LosslessJpeg(self.source.bytes, self.frame)
            return try decoder.decode(into: pixels)
        }
        do throws(LibavFailure) {
            let isGrey = self.layout.colours == .grey
            let decoded = try DeepJpeg.decode(self.source.bytes, size: self.layout.size, isGrey: isGrey)
            guard decoded.count == pixels.count else { throw LibavFailure(operation: "decode", text: "too few pixels") }
            pixels.copyBytes(from: decoded)
        } catch {
            throw VipsFailure(operation: error.operation, text: error.text)
        }
    }
}
