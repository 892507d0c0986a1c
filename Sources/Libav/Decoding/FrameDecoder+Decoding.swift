import CLibav
import MediaCore

extension FrameDecoder {
    /// Makes the frame that was decoded last the current one.
    func takeNext() {
        swap(&self.current, &self.next)
        self.currentSeconds = self.nextSeconds
        self.nextSeconds = nil
    }

    /// Forgets what was decoded, after the reading went elsewhere.
    func reset() {
        clibav().pointee.avcodec_flush_buffers(self.codec)
        self.nextSeconds = nil
        self.isDrained = false
        self.dropPacket()
    }

    func dropPacket() {
        if self.hasPacket { clibav().pointee.av_packet_unref(self.packet) }
        self.hasPacket = false
    }

    /// Makes the first frame that the decoder gives the current one; false where it gives none.
    func decodeFirst() -> Bool {
        let previous = self.currentSeconds
        self.currentSeconds = nil
        guard self.decodeNext() else {
            self.currentSeconds = previous
            return false
        }
        self.takeNext()
        return true
    }

    /// Decodes the frame after the current one; false at the end, and where nothing more may be decoded.
    func decodeNext() -> Bool {
        while self.budget.isLeft {
            let received = clibav().pointee.avcodec_receive_frame(self.codec, self.next)
            if received == 0 {
                let (width, height) = (Int(self.next.pointee.width), Int(self.next.pointee.height))
                self.budget.countFrame(pixels: PixelSize(width: width, height: height).pixels)
                // Without a timestamp it comes right after the one before.
                let seconds = self.clock.seconds(self.next.pointee.best_effort_timestamp)
                self.nextSeconds = seconds ?? self.currentSeconds.map { $0 + self.frameSeconds } ?? self.clock.first
                return true
            }
            guard received == clibav_try_again(), self.feed() else { return false }
        }
        return false
    }

    /// How long a frame lasts on average; nothing where it is not known.
    private var frameSeconds: Double {
        let rate = self.stream.pointee.avg_frame_rate
        return rate.num > 0 && rate.den > 0 ? Double(rate.den) / Double(rate.num) : 0
    }

    /// Gives the decoder one more packet, or tells it that there are none; false when it knows that already.
    private func feed() -> Bool {
        while true {
            guard self.hasPacket || self.readPacket() else {
                guard !self.isDrained, self.budget.isLeft else { return false }
                self.isDrained = true
                return clibav().pointee.avcodec_send_packet(self.codec, nil) >= 0
            }
            defer { self.dropPacket() }
            // A damaged packet is passed over; the next key frame mends what it left.
            if clibav().pointee.avcodec_send_packet(self.codec, self.packet) >= 0 { return true }
        }
    }
}
