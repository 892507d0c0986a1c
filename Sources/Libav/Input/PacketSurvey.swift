import CLibav
package import MediaCore

/// What is found when a file's packets are read one after the other, and nothing is decoded: for containers that do not say how long
/// they are, and for what they say without having counted.
package struct PacketSurvey {
    /// From the beginning of the movie to the end of what is shown or heard last, in seconds. Nil where the end was not reached.
    package var durationSeconds: Double?
    /// Pictures per second, on average over what was read.
    package var frameRate: Double?

    /// A day of video and sound has nine million.
    private static let maximumPackets = 10_000_000

    /// Reads `descriptor` from its beginning.
    /// - Parameters:
    ///   - descriptor: a regular file open for reading; its offset is neither used nor moved.
    ///   - type: as sniffed; decides the demuxer.
    ///   - allowanceBytes: how much is read; a file that has more is surveyed that far.
    /// - Throws: ``LibavFailure``.
    package init(descriptor: Int32, type: MediaType, allowanceBytes: Int64) throws(LibavFailure) {
        let input = try LibavInput(descriptor: descriptor, type: type, allowanceBytes: allowanceBytes)
        var tracks = input.streams.map { Track($0, in: input) }
        var owned = clibav().pointee.av_packet_alloc()
        guard let packet = owned else { throw LibavFailure(operation: "av_packet_alloc", text: "out of memory") }
        defer { clibav().pointee.av_packet_free(&owned) }
        var result: Int32 = 0
        for _ in 0..<Self.maximumPackets {
            result = clibav().pointee.av_read_frame(input.context, packet)
            guard result >= 0 else { break }
            let index = Int(packet.pointee.stream_index)
            if tracks.indices.contains(index) { tracks[index].count(packet.pointee) }
            clibav().pointee.av_packet_unref(packet)
        }
        let end = tracks.compactMap(\.end).max()
        // The allowance ends reading like an end of the file, as some demuxers tell it.
        if result == clibav_end_of_file(), !input.isAllowanceUsedUp, let end, end > 0 { self.durationSeconds = end }
        let video = input.videoStream.map { Int($0.pointee.index) }
        self.frameRate = video.flatMap { tracks.indices.contains($0) ? tracks[$0].frameRate : nil }
    }

    private struct Track {
        private let clock: MovieClock
        private let counts: Bool
        /// Seconds that a packet lasts which does not say so.
        private let usual: Double
        private var packets = 0
        private var first = Double.infinity
        private var last = -Double.infinity
        /// The end of the packet that ends last, as far as packets tell.
        private var knownEnd = -Double.infinity
        /// Of all packets, for streams without timestamps.
        private var sum = 0.0

        init(_ stream: UnsafeMutablePointer<AVStream>, in input: LibavInput) {
            self.clock = MovieClock(stream, in: input.context)
            let kind = stream.pointee.codecpar.pointee.codec_type
            let isCover = stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0
            self.counts = (kind == AVMEDIA_TYPE_VIDEO && !isCover) || kind == AVMEDIA_TYPE_AUDIO
            let rate = stream.pointee.avg_frame_rate
            self.usual = rate.num > 0 && rate.den > 0 ? Double(rate.den) / Double(rate.num) : 0
        }

        mutating func count(_ packet: AVPacket) {
            guard self.counts else { return }
            self.packets += 1
            let duration = max(0, Double(packet.duration)) * self.clock.secondsPerTick
            self.sum += duration > 0 ? duration : self.usual
            guard let time = self.clock.seconds(packet.pts) ?? self.clock.seconds(packet.dts) else { return }
            self.first = min(self.first, time)
            self.last = max(self.last, time)
            self.knownEnd = max(self.knownEnd, time + duration)
        }

        /// Seconds between two packets, on average.
        private var interval: Double? {
            guard self.packets > 1, self.last > self.first else { return nil }
            return (self.last - self.first) / Double(self.packets - 1)
        }

        var end: Double? {
            guard self.packets > 0 else { return nil }
            guard self.last.isFinite else { return self.sum }
            // The last packet of a stream whose packets do not say how long they last.
            return self.knownEnd > self.last ? self.knownEnd : self.last + (self.interval ?? self.usual)
        }

        var frameRate: Double? {
            if let interval { return 1 / interval }
            return self.packets > 1 && self.sum > 0 && !self.last.isFinite ? Double(self.packets) / self.sum : nil
        }
    }
}
