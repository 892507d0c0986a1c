import Glibc

/// Memory for pixels that another decoder delivers. Asked for, not demanded: a worker's memory is limited.
final class DecodedPixels {
    let layout: PixelLayout
    let bytes: UnsafeMutableRawBufferPointer

    /// All of them zero.
    /// - Throws: ``VipsFailure`` where there is no memory.
    init(_ layout: PixelLayout) throws(VipsFailure) {
        guard let count = layout.byteCount, count > 0, let memory = calloc(count, 1) else {
            throw VipsFailure(operation: "decode", text: "out of memory for the pixels")
        }
        self.layout = layout
        self.bytes = UnsafeMutableRawBufferPointer(start: memory, count: count)
    }

    deinit { free(self.bytes.baseAddress) }
}
