import CLibav
import Glibc
import MediaCore

/// Decodes pictures of a video stream, at the positions that are asked for, on one thread.
///
/// Source: https://ffmpeg.org/doxygen/5.1/group__lavc__encdec.html
package final class FrameDecoder {
    let input: LibavInput
    let stream: UnsafeMutablePointer<AVStream>
    private let codec: UnsafeMutablePointer<AVCodecContext>
    private let packet: UnsafeMutablePointer<AVPacket>
    /// The frame found last, and one to decode the next into.
    private var current: UnsafeMutablePointer<AVFrame>
    private var next: UnsafeMutablePointer<AVFrame>
    private var hasCurrent = false
    private var isDrained = false
    private var budget: DecodingBudget

    /// - Parameter maximumPixels: of one frame; a larger one is refused before memory is taken for it.
    /// - Throws: ``LibavFailure``, also where there is no video or its codec is not one that runs here.
    package init(
        _ input: LibavInput,
        maximumPixels: Int,
        budget: DecodingBudget = .rendition
    ) throws(LibavFailure) {
        self.budget = budget
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

    /// The frame that is shown at a position, or a key frame at most `tolerance` seconds before it. Goes on from the last frame
    /// where that is the shorter way. Where the allowance for decoding is used up, the nearest that was found.
    /// - Parameters:
    ///   - seconds: from the beginning of the video; past its end, the last frame.
    ///   - tolerance: in seconds; 0 for the very frame.
    package func frame(at seconds: Double, tolerance: Double) -> DecodedFrame? {
        if !self.canGoOn(to: seconds) {
            guard self.seek(to: seconds) else { return nil }
            self.hasCurrent = false
        }
        while !self.hasCurrent || !self.isShown(at: seconds, tolerance: tolerance), self.decodeNext() {}
        return self.hasCurrent ? self.frame : nil
    }

    /// False when only key frames are to be had any more, and soon nothing.
    var hasAmpleBudget: Bool { self.budget.isAmple }

    private var frame: DecodedFrame { DecodedFrame(frame: self.current, decoder: self) }

    // MARK: Where it stands

    private var secondsPerTick: Double {
        let base = self.stream.pointee.time_base
        return base.den > 0 ? Double(base.num) / Double(base.den) : 0
    }

    private var startTicks: Int64 {
        self.stream.pointee.start_time == clibav_no_timestamp() ? 0 : self.stream.pointee.start_time
    }

    /// When the current frame is shown, in seconds from the beginning.
    private var currentSeconds: Double {
        let ticks = self.current.pointee.best_effort_timestamp
        guard ticks != clibav_no_timestamp() else { return 0 }
        return Double(ticks &- self.startTicks) * self.secondsPerTick
    }

    /// True where the current frame will do for the position: half a millisecond for the rounding of time bases.
    private func isShown(at seconds: Double, tolerance: Double) -> Bool {
        let start = self.currentSeconds
        let end = start + Double(max(0, self.current.pointee.pkt_duration)) * self.secondsPerTick
        return end > seconds + 0.0005 || start >= seconds - tolerance - 0.0005 || !self.budget.isAmple
    }

    private func ticks(_ seconds: Double) -> Int64 {
        guard self.secondsPerTick > 0 else { return self.startTicks }
        return self.startTicks &+ (Int64(exactly: (seconds / self.secondsPerTick).rounded(.down)) ?? 0)
    }

    /// True where decoding on from the current frame is no longer way than from a key frame.
    private func canGoOn(to seconds: Double) -> Bool {
        guard self.hasCurrent, self.currentSeconds <= seconds + 0.0005 else { return false }
        let entry = clibav().pointee.avformat_index_get_entry_from_timestamp(
            self.stream,
            self.ticks(seconds),
            AVSEEK_FLAG_BACKWARD
        )
        guard let entry else { return false }
        return entry.pointee.timestamp <= self.current.pointee.best_effort_timestamp
    }

    private func seek(to seconds: Double) -> Bool {
        let index = self.stream.pointee.index
        let ticks = self.ticks(max(0, seconds))
        if clibav().pointee.av_seek_frame(self.input.context, index, ticks, AVSEEK_FLAG_BACKWARD) < 0 {
            // Some containers cannot seek before their first packet, or at all.
            guard clibav().pointee.av_seek_frame(self.input.context, index, self.startTicks, AVSEEK_FLAG_ANY) >= 0
            else { return false }
        }
        clibav().pointee.avcodec_flush_buffers(self.codec)
        self.isDrained = false
        return true
    }

    // MARK: Decoding

    /// Makes the next frame the current one; false at the end, and where nothing more may be decoded.
    private func decodeNext() -> Bool {
        while self.budget.isLeft {
            let received = clibav().pointee.avcodec_receive_frame(self.codec, self.next)
            if received == 0 {
                swap(&self.current, &self.next)
                self.hasCurrent = true
                let (width, height) = (Int(self.current.pointee.width), Int(self.current.pointee.height))
                self.budget.countFrame(pixels: PixelSize(width: width, height: height).pixels)
                return true
            }
            guard received == clibav_try_again(), self.feed() else { return false }
        }
        return false
    }

    /// Gives the decoder one more packet, or tells it that there are none; false when it knows that already.
    private func feed() -> Bool {
        while true {
            guard clibav().pointee.av_read_frame(self.input.context, self.packet) >= 0 else {
                guard !self.isDrained else { return false }
                self.isDrained = true
                return clibav().pointee.avcodec_send_packet(self.codec, nil) >= 0
            }
            defer { clibav().pointee.av_packet_unref(self.packet) }
            self.budget.countPacket()
            guard self.budget.isLeft else { return false }
            // A damaged packet is passed over; the next key frame mends what it left.
            if self.packet.pointee.stream_index == self.stream.pointee.index,
                clibav().pointee.avcodec_send_packet(self.codec, self.packet) >= 0
            {
                return true
            }
        }
    }
}
