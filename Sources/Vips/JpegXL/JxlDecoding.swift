import CLibjxl

/// libjxl on a file that is at hand as a whole.
///
/// libvips feeds libjxl piece by piece, which up to 8.14 fails above 2048 pixels with what encoders write since libjxl 0.10. It keeps the
/// picture in memory as a whole anyway, as this does.
///
/// Source: https://libjxl.readthedocs.io/en/latest/api_decoder.html
final class JxlDecoding {
    let decoder: OpaquePointer
    /// Given to the library as they are; the owner keeps them.
    private let bytes: UnsafeRawBufferPointer

    /// - Parameter events: where ``next()`` stops, besides the end.
    /// - Throws: ``VipsFailure``.
    init(_ bytes: UnsafeRawBufferPointer, events: [JxlDecoderStatus]) throws(VipsFailure) {
        guard let decoder = JxlDecoderCreate(nil) else {
            throw VipsFailure(operation: "JxlDecoderCreate", text: "out of memory")
        }
        self.decoder = decoder
        self.bytes = bytes
        let wanted = events.reduce(Int32(0)) { $0 | Int32(bitPattern: UInt32($1.rawValue)) }
        // Upright, blended frames of the whole canvas and drawn spot colours are what it does by itself.
        guard JxlDecoderSubscribeEvents(decoder, wanted) == JXL_DEC_SUCCESS,
            JxlDecoderSetUnpremultiplyAlpha(decoder, 1) == JXL_DEC_SUCCESS,
            JxlDecoderSetInput(decoder, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count) == JXL_DEC_SUCCESS
        else { throw VipsFailure(operation: "JxlDecoderSetInput", text: "refused") }
        JxlDecoderCloseInput(decoder)
    }

    deinit { JxlDecoderDestroy(self.decoder) }

    /// Goes on to the next event.
    /// - Returns: one that was asked for, `JXL_DEC_NEED_IMAGE_OUT_BUFFER`, or `JXL_DEC_SUCCESS` at the end.
    /// - Throws: ``VipsFailure`` where the file is wrong or ends too early.
    func next() throws(VipsFailure) -> JxlDecoderStatus {
        let status = JxlDecoderProcessInput(self.decoder)
        switch status {
        case JXL_DEC_ERROR: throw VipsFailure(operation: "JxlDecoderProcessInput", text: "not decodable")
        case JXL_DEC_NEED_MORE_INPUT:
            throw VipsFailure(operation: "JxlDecoderProcessInput", text: "the file ends too early")
        default: return status
        }
    }
}
