import CLibav
import MediaCore

/// From a decoder's planes to sRGB.
///
/// Source: https://ffmpeg.org/doxygen/5.1/group__libsws.html
struct FrameConversion {
    private let frame: AVFrame
    private let colours: FrameColours

    init(_ frame: AVFrame) {
        self.frame = frame
        self.colours = FrameColours(frame)
    }

    /// A picture that means what JFIF says, whatever its decoder believes: full range, and BT.601's matrix at any size.
    init(photograph frame: AVFrame) {
        self.frame = frame
        var colours = FrameColours(frame)
        (colours.matrix, colours.transfer, colours.isWide, colours.isFullRange) = (.bt601, .sdr, false, true)
        self.colours = colours
    }

    /// The frame's pixels in its own size: 16 bits for each channel, little-endian.
    func deep(isGrey: Bool) throws(LibavFailure) -> [UInt8] {
        let size = PixelSize(width: Int(self.frame.width), height: Int(self.frame.height))
        return try isGrey
            ? self.scaled(size, AV_PIX_FMT_GRAY16LE, bytesPerPixel: 2)
            : self.scaled(size, AV_PIX_FMT_RGB48LE, bytesPerPixel: 6)
    }

    /// The frame's pixels at `size`.
    func rgb(_ size: PixelSize) throws(LibavFailure) -> [UInt8] {
        guard self.colours.needsMapping else { return try self.scaled(size, AV_PIX_FMT_RGB24, bytesPerPixel: 3) }
        let deep = try self.scaled(size, AV_PIX_FMT_RGB48LE, bytesPerPixel: 6)
        return ToneMapping(self.colours).eightBit(deep)
    }

    /// R'G'B' with the matrix and range taken off; rows without gaps.
    private func scaled(
        _ size: PixelSize,
        _ format: AVPixelFormat,
        bytesPerPixel: Int
    ) throws(LibavFailure) -> [UInt8] {
        guard (1...32767).contains(size.width), (1...32767).contains(size.height) else {
            throw LibavFailure(operation: "sws_getContext", text: "impossible size")
        }
        let isSmaller = size.width < Int(self.frame.width) || size.height < Int(self.frame.height)
        let flags = (isSmaller ? SWS_AREA : SWS_BICUBIC) | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP
        let context = clibav().pointee.sws_getContext(
            self.frame.width,
            self.frame.height,
            AVPixelFormat(self.frame.format),
            Int32(size.width),
            Int32(size.height),
            format,
            flags,
            nil,
            nil,
            nil
        )
        guard let context else { throw LibavFailure(operation: "sws_getContext", text: "no way to RGB") }
        defer { clibav().pointee.sws_freeContext(context) }
        // Fails for sources that are RGB already, which need none of it.
        _ = clibav().pointee.sws_setColorspaceDetails(
            context,
            clibav().pointee.sws_getCoefficients(self.colours.swscaleMatrix),
            self.colours.isFullRange ? 1 : 0,
            clibav().pointee.sws_getCoefficients(SWS_CS_DEFAULT),
            1,
            0,
            1 << 16,
            1 << 16
        )
        let rowBytes = size.width * bytesPerPixel
        // Its loops write whole vectors, also past the end of a row.
        let stride = (rowBytes + 63) / 64 * 64
        var padded = [UInt8](repeating: 0, count: stride * size.height + 64)
        let rows = padded.withUnsafeMutableBufferPointer { buffer in
            let source = self.planes
            var targets: [UnsafeMutablePointer<UInt8>?] = [buffer.baseAddress, nil, nil, nil]
            let strides: [Int32] = [Int32(stride), 0, 0, 0]
            return clibav().pointee.sws_scale(
                context,
                source.pointers,
                source.strides,
                0,
                self.frame.height,
                &targets,
                strides
            )
        }
        guard rows == Int32(size.height) else { throw LibavFailure(operation: "sws_scale", code: min(rows, -1)) }
        guard stride != rowBytes else { return Array(padded.prefix(rowBytes * size.height)) }
        var compact: [UInt8] = []
        compact.reserveCapacity(rowBytes * size.height)
        for row in 0..<size.height { compact += padded[row * stride..<row * stride + rowBytes] }
        return compact
    }

    private var planes: (pointers: [UnsafePointer<UInt8>?], strides: [Int32]) {
        let data = self.frame.data
        let sizes = self.frame.linesize
        return (
            [data.0, data.1, data.2, data.3].map { $0.map { UnsafePointer($0) } },
            [sizes.0, sizes.1, sizes.2, sizes.3]
        )
    }
}
