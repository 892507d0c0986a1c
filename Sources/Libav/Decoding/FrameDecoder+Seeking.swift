import CLibav

/// Where to begin decoding so that a moment comes out whole.
///
/// A container's own seeking is not enough: without an index (transport streams) it lands anywhere between two key frames, and with
/// one it finds the key frame that is *decoded* before the moment, which may be shown after it (open groups of pictures). What is
/// decoded before a key frame is grey, or nothing. So the way begins at a key frame that is shown at the moment or before
/// it, however far back that lies.
extension FrameDecoder {
    /// True where decoding on from the current frame is no longer way than from a key frame.
    func canGoOn(to seconds: Double) -> Bool {
        guard let current = self.currentSeconds, current <= seconds + Self.precision else { return false }
        if seconds - current <= Self.shortWay { return true }
        guard self.input.hasIndex else { return false }
        let entry = clibav().pointee.avformat_index_get_entry_from_timestamp(
            self.stream,
            self.clock.ticks(seconds),
            AVSEEK_FLAG_BACKWARD
        )
        guard let entry, let key = self.clock.seconds(entry.pointee.timestamp) else { return false }
        return key <= current
    }

    /// Makes the current frame one that is shown at `seconds` or before, as late as a key frame lets begin; or the first of all. Where
    /// the file cannot be searched, the frame stays the one it was.
    func enter(before seconds: Double) {
        var target = min(seconds, self.clock.end ?? seconds)
        if self.isAtBeginning, target - self.clock.first <= Self.shortWay { target = self.clock.first }
        var step = 0.5
        for _ in 0..<Self.maximumSearches where self.hasKeyFrames {
            guard target > self.clock.first, self.budget.isAmple, !self.metEncryption else { break }
            guard self.seek(to: target) else {
                // Then what lies ahead is decoded on to.
                if let current = self.currentSeconds, current <= seconds { return }
                break
            }
            if self.findKeyFrame(before: seconds), self.decodeFirst(), let found = self.currentSeconds,
                found <= seconds + Self.precision
            {
                return
            }
            target -= step
            step *= 2
        }
        // What is near is better than the beginning.
        guard !self.metEncryption, self.budget.isAmple || self.currentSeconds == nil else { return }
        self.enterAtBeginning()
    }

    /// Makes the very first frame that can be decoded the current one.
    private func enterAtBeginning() {
        guard self.rewind() else {
            // No way back: what has not been read yet is to be had.
            if self.currentSeconds == nil { _ = self.decodeFirst() }
            return
        }
        if self.hasKeyFrames, !self.findKeyFrame(before: .infinity) {
            self.hasKeyFrames = false
            guard self.rewind() else { return }
        }
        if self.decodeFirst() || !self.hasKeyFrames { return }
        // A container may mark as key frames what none are, and the other way round.
        self.hasKeyFrames = false
        if self.rewind() { _ = self.decodeFirst() }
    }

    // MARK: Reading

    /// Seconds that are sooner decoded than searched.
    private static let shortWay = 1.0
    /// Each goes twice as far back as the one before: nine hours in all.
    private static let maximumSearches = 16
    /// Packets of the stream without a key frame among them, after which none is expected.
    private static let maximumWait = 5000

    private func seek(to seconds: Double) -> Bool {
        let index = self.stream.pointee.index
        let ticks = self.clock.ticks(seconds)
        guard clibav().pointee.av_seek_frame(self.input.context, index, ticks, AVSEEK_FLAG_BACKWARD) >= 0 else {
            return false
        }
        self.isAtBeginning = false
        self.reset()
        return true
    }

    private func rewind() -> Bool {
        guard !self.isAtBeginning else { return true }
        let index = self.stream.pointee.index
        // Packets lie in the order of decoding: the first one's time may be well before that of the first frame.
        let attempts = [
            (self.clock.first - 10, AVSEEK_FLAG_BACKWARD), (self.clock.first, AVSEEK_FLAG_BACKWARD),
            (self.clock.first, AVSEEK_FLAG_ANY),
        ]
        let isDone =
            attempts.contains { seconds, flags in
                let ticks = self.clock.ticks(seconds)
                return clibav().pointee.av_seek_frame(self.input.context, index, ticks, flags) >= 0
            } || clibav().pointee.av_seek_frame(self.input.context, index, 0, AVSEEK_FLAG_BYTE) >= 0
        guard isDone else { return false }
        self.reset()
        return true
    }

    /// Reads up to a key frame that is shown at `seconds` or before, and leaves its packet to be decoded; false where a later one
    /// comes first.
    private func findKeyFrame(before seconds: Double) -> Bool {
        for _ in 0..<Self.maximumWait {
            guard self.hasPacket || self.readPacket() else { return false }
            let (shown, decoded) = (self.packet.pointee.pts, self.packet.pointee.dts)
            let time = self.clock.seconds(shown) ?? self.clock.seconds(decoded) ?? self.clock.first
            if self.packet.pointee.flags & AV_PKT_FLAG_KEY != 0 { return time <= seconds + Self.precision }
            if let decoded = self.clock.seconds(decoded), decoded > seconds + Self.precision { return false }
            self.dropPacket()
        }
        return false
    }

    /// Reads the next packet of the stream; false at the end, and where no more may be read.
    func readPacket() -> Bool {
        self.dropPacket()
        while self.budget.isLeft, clibav().pointee.av_read_frame(self.input.context, self.packet) >= 0 {
            self.isAtBeginning = false
            self.budget.countPacket()
            let isWanted = self.packet.pointee.stream_index == self.stream.pointee.index
            // To the decoder it would be noise, and may come out as a picture of noise.
            self.metEncryption = isWanted && self.isPacketEncrypted
            self.hasPacket = isWanted && !self.metEncryption
            if self.hasPacket { return true }
            clibav().pointee.av_packet_unref(self.packet)
            if self.metEncryption { return false }
        }
        return false
    }

    /// Where the demuxer could have decrypted it, with a key (libavcodec/packet.h, `AV_PKT_DATA_ENCRYPTION_INFO`).
    private var isPacketEncrypted: Bool {
        (0..<Int(self.packet.pointee.side_data_elems)).contains {
            self.packet.pointee.side_data[$0].type == AV_PKT_DATA_ENCRYPTION_INFO
        }
    }
}
