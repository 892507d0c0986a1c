import CLibtiff
import MediaCore

/// A page of a TIFF that libvips does not read, or would show black or white: any number of bits, half and double floats, planes in
/// tiles. What libtiff itself knows to turn into colours (old-style JPEG, YCbCr) comes from it.
final class TiffPicture: PixelDecoder {
    let layout: PixelLayout
    let profile: [UInt8]?
    private let file: TiffFile
    private let source: PictureSource
    private let scale: SampleScale?

    var orientation: Int { self.file.shape.orientation }
    var frameCount: Int { self.file.pageCount }

    /// More channels than any picture for the eye has.
    static let maximumSamples = 16

    /// - Throws: ``VipsFailure`` where nothing here reads it.
    init(_ source: PictureSource, page: Int) throws(VipsFailure) {
        let file = try TiffFile(source.bytes, page: page)
        let shape = file.shape
        guard shape.samples <= Self.maximumSamples else {
            throw VipsFailure(operation: "TIFF", text: "\(shape.samples) samples")
        }
        self.file = file
        self.source = source
        if let scale = SampleScale(file) {
            self.scale = scale
            self.layout = scale.layout
            self.profile = file.profile
        } else {
            var reason = [CChar](repeating: 0, count: 1024)
            guard TIFFRGBAImageOK(file.handle, &reason) != 0 else {
                throw VipsFailure(operation: "TIFFRGBAImageOK", text: BoundedText.string(reason, maximumLength: 200))
            }
            self.scale = nil
            self.layout = PixelLayout(size: shape.size, colours: .rgb, hasAlpha: false, isDeep: false)
            self.profile = shape.photometric == 6 ? file.profile : nil
        }
    }

    /// Whether libvips would read it, and wrongly: it takes no planes in tiles, whole numbers of more than 16 bits and floats of a grey for
    /// 8 bits, and the alpha of floats for 0...255.
    static func isBetter(for shape: TiffFile.Shape) -> Bool {
        if shape.isPlanar, shape.tile != nil { return true }
        return shape.photometric <= 2 && (shape.bits > 16 || shape.format == .float)
    }

    func decode(into pixels: UnsafeMutableRawBufferPointer) throws(VipsFailure) {
        if let scale = self.scale { return try TiffSamples(self.file, scale).read(into: pixels) }
        let shape = self.file.shape
        let raster = try DecodedPixels(PixelLayout(size: shape.size, colours: .rgb, hasAlpha: true, isDeep: false))
        let memory = raster.bytes.bindMemory(to: UInt32.self)
        // As it lies in the file: turning is the business of whoever shows it.
        guard
            TIFFReadRGBAImageOriented(
                self.file.handle,
                UInt32(clamping: shape.size.width),
                UInt32(clamping: shape.size.height),
                memory.baseAddress,
                Int32(shape.orientation),
                1
            ) != 0
        else { throw VipsFailure.take(from: "TIFFReadRGBAImageOriented") }
        for (index, pixel) in memory.enumerated() {
            pixels[3 * index] = UInt8(truncatingIfNeeded: pixel)
            pixels[3 * index + 1] = UInt8(truncatingIfNeeded: pixel >> 8)
            pixels[3 * index + 2] = UInt8(truncatingIfNeeded: pixel >> 16)
        }
    }
}
