import CLibav
package import MediaCore

/// JPEG of 12 bits, which libjpeg, built for 8, does not read.
///
/// Source: https://ffmpeg.org/doxygen/5.1/mjpegdec_8c_source.html
package enum DeepJpeg {
    /// Decodes a whole file.
    /// - Parameters:
    ///   - size: by its header; another one is an error.
    ///   - isGrey: one channel, else red, green and blue.
    /// - Returns: 16 bits for each channel, little-endian, row by row without gaps.
    /// - Throws: ``LibavFailure``.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer,
        size: PixelSize,
        isGrey: Bool
    ) throws(LibavFailure) -> [UInt8] {
        try LibavRuntime.start()
        guard let decoder = clibav().pointee.avcodec_find_decoder(AV_CODEC_ID_MJPEG) else {
            throw LibavFailure(operation: "avcodec_find_decoder", text: "no decoder for JPEG")
        }
        var codec = clibav().pointee.avcodec_alloc_context3(decoder)
        var packet = clibav().pointee.av_packet_alloc()
        var frame = clibav().pointee.av_frame_alloc()
        defer {
            clibav().pointee.av_frame_free(&frame)
            clibav().pointee.av_packet_free(&packet)
            clibav().pointee.avcodec_free_context(&codec)
        }
        guard let codec, let packet, let frame, bytes.count <= Int(Int32.max) else {
            throw LibavFailure(operation: "avcodec_alloc_context3", text: "out of memory")
        }
        codec.pointee.thread_count = 1
        // It counts rows and columns to whole blocks and vectors.
        codec.pointee.max_pixels = Int64(size.width + 128) * Int64(size.height + 128)
        // What is missing must not be painted grey.
        codec.pointee.err_recognition = AV_EF_EXPLODE
        try Self.check(clibav().pointee.avcodec_open2(codec, decoder, nil), "avcodec_open2")
        // Not its own memory: the library copies it, with the room behind it that it wants.
        packet.pointee.data = UnsafeMutablePointer(mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
        packet.pointee.size = Int32(bytes.count)
        try Self.check(clibav().pointee.avcodec_send_packet(codec, packet), "avcodec_send_packet")
        try Self.check(clibav().pointee.avcodec_send_packet(codec, nil), "avcodec_send_packet")
        try Self.check(clibav().pointee.avcodec_receive_frame(codec, frame), "avcodec_receive_frame")
        guard Int(frame.pointee.width) == size.width, Int(frame.pointee.height) == size.height else {
            throw LibavFailure(operation: "avcodec_receive_frame", text: "another size than the header's")
        }
        return try FrameConversion(photograph: frame.pointee).deep(isGrey: isGrey)
    }

    private static func check(_ result: Int32, _ operation: String) throws(LibavFailure) {
        guard result >= 0 else { throw LibavFailure(operation: operation, code: result) }
    }
}
