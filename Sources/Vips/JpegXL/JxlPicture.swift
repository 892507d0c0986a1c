import CLibjxl
import IsoMedia
import MediaCore

/// A JPEG XL picture, decoded by libjxl itself.
final class JxlPicture: PixelDecoder {
    let header: JxlHeader
    private let source: PictureSource

    var layout: PixelLayout { self.header.layout }
    var profile: [UInt8]? { self.header.profile }
    var frameCount: Int { self.header.frameCount }

    /// - Throws: ``VipsFailure`` where the header cannot be read.
    init(_ source: PictureSource) throws(VipsFailure) {
        self.source = source
        self.header = try JxlHeader(source.bytes)
        guard !self.header.isCMYK else {
            throw VipsFailure(operation: "decode", text: "Unsupported: a channel of black ink")
        }
    }

    func decode(into pixels: UnsafeMutableRawBufferPointer) throws(VipsFailure) {
        try Self.proveWhole(self.source.bytes)
        try self.eachFrame(into: pixels) { false }
    }

    /// Hands over all frames in order, each as it is shown.
    /// - Throws: ``VipsFailure``, of `body` too.
    func visitFrames(_ body: (Picture) throws(VipsFailure) -> Void) throws(VipsFailure) {
        try Self.proveWhole(self.source.bytes)
        let pixels = try DecodedPixels(self.layout)
        var count = 0
        try self.eachFrame(into: pixels.bytes) { () throws(VipsFailure) in
            count += 1
            try body(try Picture.decoded(pixels, profile: self.profile))
            return true
        }
        guard count == self.frameCount else { throw VipsFailure(operation: "decode", text: "frames are missing") }
    }

    /// - Parameter goesOn: called when a frame is complete; whether the next one is wanted too.
    private func eachFrame(
        into pixels: UnsafeMutableRawBufferPointer,
        _ goesOn: () throws(VipsFailure) -> Bool
    ) throws(VipsFailure) {
        let decoding = try JxlDecoding(self.source.bytes, events: [JXL_DEC_FULL_IMAGE])
        var format = JxlPixelFormat(
            num_channels: UInt32(self.layout.channels),
            data_type: self.layout.isDeep ? JXL_TYPE_UINT16 : JXL_TYPE_UINT8,
            endianness: JXL_NATIVE_ENDIAN,
            align: 0
        )
        while true {
            switch try decoding.next() {
            case JXL_DEC_NEED_IMAGE_OUT_BUFFER:
                var needed = 0
                guard JxlDecoderImageOutBufferSize(decoding.decoder, &format, &needed) == JXL_DEC_SUCCESS,
                    needed == pixels.count,
                    JxlDecoderSetImageOutBuffer(decoding.decoder, &format, pixels.baseAddress, pixels.count)
                        == JXL_DEC_SUCCESS
                else { throw VipsFailure(operation: "JxlDecoderSetImageOutBuffer", text: "refused") }
            case JXL_DEC_FULL_IMAGE:
                guard try goesOn() else { return }
            case JXL_DEC_SUCCESS: return
            default: throw VipsFailure(operation: "JxlDecoderProcessInput", text: "an event that nobody asked for")
            }
        }
    }

    /// Boxes behind the picture are no matter to the decoder; where one reaches past the end, the file was cut off all the same.
    private static func proveWhole(_ bytes: UnsafeRawBufferPointer) throws(VipsFailure) {
        let signature: [UInt8] = [0, 0, 0, 12, 0x4A, 0x58, 0x4C, 0x20]
        guard bytes.starts(with: signature) else { return }
        var position = 0
        for _ in 0..<Self.maximumBoxes where bytes.count - position >= 8 {
            let start = UnsafeRawBufferPointer(rebasing: bytes[position..<min(bytes.count, position + 16)])
            guard let header = try? BoxHeader(Array(start).span), let size = header.size else { return }
            // Letters: not whatever an application has put behind the file.
            guard header.type.bytes.allSatisfy({ (0x20...0x7E).contains($0) }) else { return }
            guard size <= Int64(bytes.count - position) else {
                throw VipsFailure(operation: "decode", text: "the file ends too early")
            }
            position += Int(size)
        }
    }

    private static let maximumBoxes = 10_000
}
