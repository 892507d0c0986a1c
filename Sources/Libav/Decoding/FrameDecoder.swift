import CLibav
import Glibc
import MediaCore

/// Decodes pictures of a video stream, at the positions that are asked for, on one thread.
///
/// Source: https://ffmpeg.org/doxygen/5.1/group__lavc__encdec.html
package final class FrameDecoder {
    let input: LibavInput
    let stream: UnsafeMutablePointer<AVStream>
    let codec: UnsafeMutablePointer<AVCodecContext>
    let clock: MovieClock
    let packet: UnsafeMutablePointer<AVPacket>
    /// The packet is one that the decoder has not got yet.
    var hasPacket = false
    /// The frame found last, and the one that follows it.
    var current: UnsafeMutablePointer<AVFrame>
    var next: UnsafeMutablePointer<AVFrame>
    /// When they are shown, in seconds of the movie; nil where there is none.
    var currentSeconds: Double?
    var nextSeconds: Double?
    var isDrained = false
    /// Nothing was read since the file was opened.
    var isAtBeginning = true
    /// False where the container marks no key frames: then any packet will do to begin with.
    var hasKeyFrames = true
    /// The reading came to a packet that is encrypted.
    var metEncryption = false {
        didSet { if self.metEncryption { self.isEncrypted = true } }
    }
    /// True where a frame was wanted that is encrypted, or where the container says that some are.
    package private(set) var isEncrypted: Bool
    var budget: DecodingBudget

    /// - Parameter maximumPixels: of one frame; a larger one is refused before memory is taken for it.
    /// - Throws: ``LibavFailure``, also where there is no video or its codec is not one that runs here.
    package init(
        _ input: LibavInput,
        maximumPixels: Int,
        budget: DecodingBudget = .rendition
    ) throws(LibavFailure) {
        self.budget = budget
        self.isEncrypted = input.encryption?.hasPictures ?? false
        guard let stream = input.videoStream else { throw LibavFailure(operation: "open", text: "no video stream") }
        let parameters = stream.pointee.codecpar
        guard let identity = parameters?.pointee.codec_id, let decoder = Self.decoder(identity) else {
            throw LibavFailure(operation: "open", text: "no decoder for this video")
        }
        guard let codec = clibav().pointee.avcodec_alloc_context3(decoder) else {
            throw LibavFailure(operation: "avcodec_alloc_context3", text: "out of memory")
        }
        var owned: UnsafeMutablePointer<AVCodecContext>? = codec
        var packet = clibav().pointee.av_packet_alloc()
        var first = clibav().pointee.av_frame_alloc()
        var second = clibav().pointee.av_frame_alloc()
        do throws(LibavFailure) {
            let copied = clibav().pointee.avcodec_parameters_to_context(codec, parameters)
            guard copied >= 0 else { throw LibavFailure(operation: "avcodec_parameters_to_context", code: copied) }
            // A second thread gains less than a second worker does.
            codec.pointee.thread_count = 1
            codec.pointee.pkt_timebase = stream.pointee.time_base
            codec.pointee.max_pixels = Int64(maximumPixels)
            let opened = clibav().pointee.avcodec_open2(codec, decoder, nil)
            guard opened >= 0 else { throw LibavFailure(operation: "avcodec_open2", code: opened) }
            guard let packet, let first, let second else {
                throw LibavFailure(operation: "av_frame_alloc", text: "out of memory")
            }
            (self.input, self.stream, self.codec) = (input, stream, codec)
            self.clock = MovieClock(stream, in: input.context)
            (self.packet, self.current, self.next) = (packet, first, second)
        } catch {
            clibav().pointee.av_frame_free(&second)
            clibav().pointee.av_frame_free(&first)
            clibav().pointee.av_packet_free(&packet)
            clibav().pointee.avcodec_free_context(&owned)
            throw error
        }
        for other in input.streams where other != stream { other.pointee.discard = AVDISCARD_ALL }
    }

    deinit {
        var packet: UnsafeMutablePointer<AVPacket>? = self.packet
        var frames: [UnsafeMutablePointer<AVFrame>?] = [self.current, self.next]
        var codec: UnsafeMutablePointer<AVCodecContext>? = self.codec
        clibav().pointee.av_packet_free(&packet)
        for index in frames.indices { clibav().pointee.av_frame_free(&frames[index]) }
        clibav().pointee.avcodec_free_context(&codec)
    }

    private static func decoder(_ identity: AVCodecID) -> UnsafePointer<AVCodec>? {
        guard let decoder = clibav().pointee.avcodec_find_decoder(identity) else { return nil }
        return Demuxer.decoders.contains(String(cString: decoder.pointee.name)) ? decoder : nil
    }

    /// The frame that is on the screen at a position: the last one whose time has come, for as long as the next one's has not. Or a
    /// key frame at most `tolerance` seconds before the position. Goes on from the last frame where that is the shorter way. Where the
    /// allowance for decoding is used up, the nearest that was found.
    /// - Parameters:
    ///   - seconds: from the beginning of the movie; before its first frame, that one, and past its end, the last.
    ///   - tolerance: in seconds; 0 for the very frame.
    /// - Returns: nil where none can be decoded, and where it is encrypted (``isEncrypted``).
    package func frame(at seconds: Double, tolerance: Double) -> DecodedFrame? {
        guard !self.input.isWhollyEncrypted else { return nil }
        self.metEncryption = false
        if !self.canGoOn(to: seconds) { self.enter(before: seconds) }
        self.goOn(to: seconds, tolerance: tolerance)
        return self.metEncryption ? nil : self.lastFrame
    }

    /// The frame that was found last; nil where none was.
    var lastFrame: DecodedFrame? {
        self.currentSeconds == nil ? nil : DecodedFrame(frame: self.current, decoder: self)
    }

    /// False when only key frames are to be had any more, and soon nothing.
    var hasAmpleBudget: Bool { self.budget.isAmple }

    /// Positions come in thousandths of a second, and time bases round: so much is the same moment.
    static let precision = 0.0005

    /// Decodes on until the next frame is one of a later moment. How long a frame lasts is not asked for: where frames come as they
    /// like, containers tell it of the one before.
    private func goOn(to seconds: Double, tolerance: Double) {
        while let current = self.currentSeconds, current < seconds - tolerance - Self.precision, self.budget.isAmple {
            guard self.nextSeconds != nil || self.decodeNext(), let next = self.nextSeconds,
                next <= seconds + Self.precision
            else { return }
            self.takeNext()
        }
    }
}
