import CLibav
package import MediaCore

extension LibavInput {
    /// The stream that a viewer sees: the default one, else the first; a cover picture is none. One whose size is known goes before one whose
    /// key frame, which tells the size, comes late.
    var videoStream: UnsafeMutablePointer<AVStream>? {
        let videos = self.streams.filter { stream in
            stream.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO
                && stream.pointee.codecpar.pointee.codec_id != AV_CODEC_ID_NONE
                && stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0
        }
        let sized = videos.filter {
            $0.pointee.codecpar.pointee.width > 0 && $0.pointee.codecpar.pointee.height > 0
        }
        let candidates = sized.isEmpty && self.isStream ? videos : sized
        return candidates.first { $0.pointee.disposition & AV_DISPOSITION_DEFAULT != 0 } ?? candidates.first
    }

    /// True of containers that can be joined at any moment, as a receiver does: what one packet does not say a later one does.
    private var isStream: Bool { ["mpegts", "mpeg", "flv"].contains(self.demuxer) }

    /// True where it has moving pictures.
    package var hasVideo: Bool { self.videoStream != nil }

    /// The picture as shown: square pixels, upright; nil where there is none.
    package var displaySize: PixelSize? {
        guard let stream = self.videoStream, stream.pointee.codecpar.pointee.width > 0 else { return nil }
        let shown = self.squarePixels(of: stream)
        guard self.orientation(of: stream) >= 5 else { return shown }
        return PixelSize(width: shown.height, height: shown.width)
    }

    /// Seconds; nil where the container does not say.
    package var durationSeconds: Double? {
        let duration = self.context.pointee.duration
        guard duration != clibav_no_timestamp(), duration > 0 else { return nil }
        return Double(duration) / Double(AV_TIME_BASE)
    }

    /// True where the duration was worked out from the size and the first packets' bit rate.
    package var isDurationGuessed: Bool {
        self.context.pointee.duration_estimation_method == AVFMT_DURATION_FROM_BITRATE
    }

    /// Bits per second of music that is not compressed; nil of other.
    package var constantBitRate: Int64? {
        guard self.videoStream == nil, self.context.pointee.nb_streams == 1,
            let parameters = self.streams.first?.pointee.codecpar.pointee, parameters.bit_rate > 0,
            let name = clibav().pointee.avcodec_get_name(parameters.codec_id),
            String(cString: name).hasPrefix("pcm_")
        else { return nil }
        return parameters.bit_rate
    }

    /// True where nothing of the pictures can be decoded, because all are encrypted. Of Common Encryption (ISO/IEC 23001-7) packets tell it,
    /// each for itself: the beginning is often clear.
    package var isWhollyEncrypted: Bool { self.encryption.map { $0.hasPictures && $0.isWhole } ?? false }

    /// The coded picture with square pixels, before it is turned upright: the width follows the sample aspect ratio.
    func squarePixels(of stream: UnsafeMutablePointer<AVStream>) -> PixelSize {
        let parameters = stream.pointee.codecpar.pointee
        let ratio = clibav().pointee.av_guess_sample_aspect_ratio(self.context, stream, nil)
        return Self.squarePixels(
            width: Int(parameters.width),
            height: Int(parameters.height),
            ratio: (Int(ratio.num), Int(ratio.den))
        )
    }

    /// Ratios that no camera has are taken for 1:1.
    static func squarePixels(width: Int, height: Int, ratio: (Int, Int)) -> PixelSize {
        guard ratio.0 > 0, ratio.1 > 0 else { return PixelSize(width: width, height: height) }
        let factor = Double(ratio.0) / Double(ratio.1)
        guard (0.2...5).contains(factor) else { return PixelSize(width: width, height: height) }
        return PixelSize(width: max(1, Int((Double(width) * factor).rounded())), height: height)
    }

    /// How the picture must be turned to be upright, in EXIF's numbers 1...8, from the container's display matrix
    /// (libavutil/display.h; ISO/IEC 14496-12 section 6.2.2). Angles between the right ones are taken for the nearest.
    func orientation(of stream: UnsafeMutablePointer<AVStream>) -> Int {
        var length = 0
        guard let data = clibav().pointee.av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &length),
            length >= 9 * MemoryLayout<Int32>.size
        else { return 1 }
        let values = (0..<9).map {
            UnsafeRawPointer(data).loadUnaligned(fromByteOffset: $0 * MemoryLayout<Int32>.size, as: Int32.self)
        }
        return Self.orientation(a: values[0], b: values[1], c: values[3], d: values[4])
    }

    /// The matrix takes (x, y) to (a·x + c·y, b·x + d·y).
    static func orientation(a: Int32, b: Int32, c: Int32, d: Int32) -> Int {
        if a.magnitude >= b.magnitude, d.magnitude >= c.magnitude {
            switch (a >= 0, d >= 0) {
            case (true, true): return 1
            case (false, true): return 2
            case (false, false): return 3
            case (true, false): return 4
            }
        }
        switch (b >= 0, c >= 0) {
        case (true, true): return 5
        case (true, false): return 6
        case (false, false): return 7
        case (false, true): return 8
        }
    }
}
