import CLibav
package import MediaCore

/// One picture of a video as the decoder left it; valid until the decoder is asked for the next.
package struct DecodedFrame {
    let frame: UnsafeMutablePointer<AVFrame>
    let decoder: FrameDecoder

    /// As shown: square pixels, upright.
    package var size: PixelSize { self.isOnItsSide ? self.lyingSize.transposed : self.lyingSize }

    /// The picture in sRGB, upright.
    /// - Parameter size: at which size; nil for ``size``.
    /// - Throws: ``LibavFailure``.
    package func rgb(size: PixelSize? = nil) throws(LibavFailure) -> RGBImage {
        let size = size ?? self.size
        let lying = self.isOnItsSide ? size.transposed : size
        let bytes = try FrameConversion(self.frame.pointee).rgb(lying)
        return RGBImage(size: lying, bytes: bytes).upright(self.orientation)
    }

    private var orientation: Int { self.decoder.input.orientation(of: self.decoder.stream) }
    private var isOnItsSide: Bool { self.orientation >= 5 }

    /// As it lies in the frame, with square pixels.
    private var lyingSize: PixelSize {
        let (width, height) = (Int(self.frame.pointee.width), Int(self.frame.pointee.height))
        let ratio = clibav().pointee.av_guess_sample_aspect_ratio(
            self.decoder.input.context,
            self.decoder.stream,
            self.frame
        )
        return LibavInput.squarePixels(width: width, height: height, ratio: (Int(ratio.num), Int(ratio.den)))
    }
}

extension PixelSize {
    fileprivate var transposed: PixelSize { PixelSize(width: self.height, height: self.width) }
}
