import CLibtiff
import MediaCore

/// One page of a TIFF as libtiff has it. Its messages go where libvips sends them: ``VipsFailure/take(from:)``.
///
/// Source: TIFF 6.0; http://libtiff.gitlab.io/libtiff/functions.html
final class TiffFile {
    let handle: OpaquePointer
    private let memory: UnsafeMutablePointer<shim_tiff_memory>
    let pageCount: Int
    /// The fields of the page that say how its samples lie.
    let shape: Shape

    struct Shape: Hashable {
        var size: PixelSize
        var bits: Int
        var samples: Int
        var format: SampleFormat
        var photometric: Int
        var compression: Int
        /// One plane after the other, not pixel by pixel.
        var isPlanar: Bool
        /// Of one tile; nil where there are strips.
        var tile: PixelSize?
        var rowsPerStrip: Int
        var extraSamples: [Int]
        /// EXIF's 1...8.
        var orientation: Int
    }

    enum SampleFormat: Hashable { case unsigned, signed, float }

    /// - Parameter page: counted from 0.
    /// - Throws: ``VipsFailure`` where libtiff does not open it.
    init(_ bytes: UnsafeRawBufferPointer, page: Int) throws(VipsFailure) {
        let memory = UnsafeMutablePointer<shim_tiff_memory>.allocate(capacity: 1)
        memory.initialize(
            to: shim_tiff_memory(
                bytes: bytes.bindMemory(to: UInt8.self).baseAddress,
                count: UInt64(bytes.count),
                position: 0
            )
        )
        guard let handle = shim_tiff_open(memory) else {
            memory.deallocate()
            throw VipsFailure.take(from: "TIFFClientOpen")
        }
        let count = Int(TIFFNumberOfDirectories(handle))
        guard page < max(1, count), TIFFSetDirectory(handle, .init(clamping: page)) != 0, let shape = Shape(handle)
        else {
            TIFFClose(handle)
            memory.deallocate()
            throw VipsFailure.take(from: "TIFFSetDirectory")
        }
        (self.handle, self.memory, self.pageCount, self.shape) = (handle, memory, max(1, count), shape)
    }

    deinit {
        TIFFClose(self.handle)
        self.memory.deallocate()
    }

    /// The colour profile.
    var profile: [UInt8]? {
        var (count, data): (UInt32, UnsafeMutableRawPointer?) = (0, nil)
        guard shim_tiff_profile(self.handle, &count, &data) != 0, let data, count > 0 else { return nil }
        return Array(UnsafeRawBufferPointer(start: data, count: Int(count)))
    }

    /// Red, green and blue of each number, 16 bits each.
    var palette: [SIMD3<UInt16>]? {
        var (red, green, blue):
            (UnsafeMutablePointer<UInt16>?, UnsafeMutablePointer<UInt16>?, UnsafeMutablePointer<UInt16>?)
        (red, green, blue) = (nil, nil, nil)
        guard self.shape.bits <= 16, shim_tiff_palette(self.handle, &red, &green, &blue) != 0, let red, let green,
            let blue
        else { return nil }
        return (0..<1 << self.shape.bits).map { SIMD3(red[$0], green[$0], blue[$0]) }
    }
}

extension TiffFile.Shape {
    /// - Returns: nil for a page without a size.
    fileprivate init?(_ file: OpaquePointer) {
        func short(_ tag: Int32, or fallback: Int) -> Int {
            var value: UInt16 = 0
            return shim_tiff_u16(file, UInt32(tag), &value) != 0 ? Int(value) : fallback
        }
        func long(_ tag: Int32) -> Int {
            var value: UInt32 = 0
            return shim_tiff_u32(file, UInt32(tag), &value) != 0 ? Int(value) : 0
        }
        self.size = PixelSize(width: long(TIFFTAG_IMAGEWIDTH), height: long(TIFFTAG_IMAGELENGTH))
        guard self.size.width > 0, self.size.height > 0 else { return nil }
        self.bits = short(TIFFTAG_BITSPERSAMPLE, or: 1)
        self.samples = short(TIFFTAG_SAMPLESPERPIXEL, or: 1)
        switch short(TIFFTAG_SAMPLEFORMAT, or: 1) {
        case 1, 4: self.format = .unsigned
        case 2: self.format = .signed
        case 3: self.format = .float
        default: return nil
        }
        // The field is required, and some leave it out.
        self.photometric = short(TIFFTAG_PHOTOMETRIC, or: self.samples >= 3 ? 2 : 1)
        self.compression = short(TIFFTAG_COMPRESSION, or: 1)
        self.isPlanar = short(TIFFTAG_PLANARCONFIG, or: 1) == 2 && self.samples > 1
        let isTiled = TIFFIsTiled(file) != 0
        self.tile = isTiled ? PixelSize(width: long(TIFFTAG_TILEWIDTH), height: long(TIFFTAG_TILELENGTH)) : nil
        let rows = long(TIFFTAG_ROWSPERSTRIP)
        self.rowsPerStrip = rows == 0 ? self.size.height : min(rows, self.size.height)
        var (count, kinds): (UInt16, UnsafeMutablePointer<UInt16>?) = (0, nil)
        if shim_tiff_extra_samples(file, &count, &kinds) != 0, let kinds {
            self.extraSamples = (0..<Int(count)).map { Int(kinds[$0]) }
        } else {
            self.extraSamples = []
        }
        self.orientation = min(8, max(1, short(TIFFTAG_ORIENTATION, or: 1)))
    }
}
