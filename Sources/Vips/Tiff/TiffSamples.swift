import CLibtiff
import Glibc
import MediaCore

/// Reads the strips or tiles of a page, plane by plane, and puts their samples where they belong.
struct TiffSamples {
    private let file: TiffFile
    private let scale: SampleScale
    private let shape: TiffFile.Shape
    private let layout: PixelLayout
    private let bits: PackedSamples
    /// What each number becomes, where there are few.
    private let table: [UInt16]

    init(_ file: TiffFile, _ scale: SampleScale) {
        (self.file, self.scale, self.shape, self.layout) = (file, scale, file.shape, scale.layout)
        self.bits = PackedSamples(bits: file.shape.bits, format: file.shape.format)
        let isSmall = file.shape.format == .unsigned && file.shape.bits <= 16
        self.table = isSmall ? (0..<1 << file.shape.bits).map { scale.value(Double($0), isAlpha: false) } : []
    }

    /// - Throws: ``VipsFailure`` where a piece cannot be read, or is too short.
    func read(into pixels: UnsafeMutableRawBufferPointer) throws(VipsFailure) {
        let (size, tile) = (self.shape.size, self.shape.tile)
        let piece = tile ?? PixelSize(width: size.width, height: self.shape.rowsPerStrip)
        guard piece.width > 0, piece.height > 0 else { throw Self.short }
        let channels = self.shape.isPlanar ? 1 : self.shape.samples
        let rowBytes = (piece.width * channels * self.shape.bits + 7) / 8
        let whole = tile == nil ? Int(TIFFStripSize(self.file.handle)) : Int(TIFFTileSize(self.file.handle))
        let (needed, overflow) = rowBytes.multipliedReportingOverflow(by: piece.height)
        // A tile is hardly larger than the picture, whatever it says.
        guard !overflow, needed <= whole, whole <= Self.maximumSurplus + pixels.count * 16,
            let buffer = malloc(max(1, whole))
        else { throw VipsFailure(operation: "TIFF", text: "out of memory for a piece of the picture") }
        defer { free(buffer) }
        let (across, down) = (
            (size.width + piece.width - 1) / piece.width, (size.height + piece.height - 1) / piece.height
        )
        for plane in 0..<(self.shape.isPlanar ? min(self.shape.samples, self.layout.samples(self.scale)) : 1) {
            for row in 0..<down {
                for column in 0..<across {
                    let index = UInt32(clamping: (plane * down + row) * across + column)
                    let (left, top) = (column * piece.width, row * piece.height)
                    let rows = min(piece.height, size.height - top)
                    let count =
                        tile == nil
                        ? TIFFReadEncodedStrip(self.file.handle, index, buffer, tmsize_t(whole))
                        : TIFFReadEncodedTile(self.file.handle, index, buffer, tmsize_t(whole))
                    guard count >= 0 else { throw VipsFailure.take(from: "TIFFReadEncodedStrip") }
                    guard count >= rows * rowBytes else { throw Self.short }
                    for line in 0..<rows {
                        self.put(
                            UnsafeRawBufferPointer(start: buffer + line * rowBytes, count: rowBytes),
                            plane: self.shape.isPlanar ? plane : nil,
                            count: min(piece.width, size.width - left),
                            at: (top + line) * self.layout.bytesPerRow + left * self.layout.bytesPerPixel,
                            of: pixels
                        )
                    }
                }
            }
        }
        if self.scale.isPremultiplied { self.unpremultiply(pixels) }
    }

    private func put(
        _ line: UnsafeRawBufferPointer,
        plane: Int?,
        count: Int,
        at start: Int,
        of pixels: UnsafeMutableRawBufferPointer
    ) {
        let (shown, width) = (self.layout.samples(self.scale), self.layout.isDeep ? 2 : 1)
        let stride = plane == nil ? self.shape.samples : 1
        for pixel in 0..<count {
            let target = start + pixel * self.layout.bytesPerPixel
            if let palette = self.scale.palette {
                let number = Int(self.bits.number(line, pixel * stride))
                let colour = palette[min(number, palette.count - 1)]
                for channel in 0..<3 { pixels[target + channel] = UInt8(colour[channel] >> 8) }
                continue
            }
            for channel in plane.map({ $0..<$0 + 1 }) ?? 0..<shown {
                let value = self.value(line, plane == nil ? pixel * stride + channel : pixel, channel)
                if width == 1 {
                    pixels[target + channel] = UInt8(truncatingIfNeeded: value)
                } else {
                    pixels.storeBytes(of: value, toByteOffset: target + 2 * channel, as: UInt16.self)
                }
            }
        }
    }

    private func value(_ line: UnsafeRawBufferPointer, _ index: Int, _ channel: Int) -> UInt16 {
        let isAlpha = channel >= self.scale.colours
        if !self.table.isEmpty {
            let value = self.table[Int(self.bits.number(line, index))]
            // The table turns black and white round where the file does; its alpha stays.
            return isAlpha && self.shape.photometric == 0 ? UInt16(self.scale.most) - value : value
        }
        return self.scale.value(self.bits.value(line, index), isAlpha: isAlpha)
    }

    private func unpremultiply(_ pixels: UnsafeMutableRawBufferPointer) {
        let (channels, most) = (self.layout.channels, Float(self.scale.most))
        func visit(_ get: (Int) -> Float, _ set: (Int, Float) -> Void) {
            for start in stride(from: 0, to: self.layout.size.pixels * channels, by: channels) {
                let alpha = get(start + channels - 1)
                guard alpha > 0, alpha < most else { continue }
                for channel in start..<start + channels - 1 { set(channel, min(most, get(channel) * most / alpha)) }
            }
        }
        if self.layout.isDeep {
            let values = pixels.bindMemory(to: UInt16.self)
            visit({ Float(values[$0]) }, { values[$0] = UInt16($1.rounded()) })
        } else {
            visit({ Float(pixels[$0]) }, { pixels[$0] = UInt8($1.rounded()) })
        }
    }

    private static let maximumSurplus = 64 << 20
    private static var short: VipsFailure { VipsFailure(operation: "TIFF", text: "a strip or tile ends too early") }
}

extension PixelLayout {
    /// Samples of each pixel that are looked at.
    fileprivate func samples(_ scale: SampleScale) -> Int { scale.palette == nil ? self.channels : 1 }
}

extension SampleScale {
    /// A sample as it is stored in the picture.
    func value(_ sample: Double, isAlpha: Bool) -> UInt16 {
        let part = self.part(sample, isAlpha: isAlpha)
        let shown = self.shape.photometric == 0 && !isAlpha ? 1 - part : part
        return UInt16((shown * self.most).rounded())
    }
}
