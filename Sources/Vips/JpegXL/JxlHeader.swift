import CLibjxl
import MediaCore

/// What a JPEG XL file says of itself before its first pixel.
struct JxlHeader {
    private(set) var layout: PixelLayout
    /// An ICC profile of the pixels as they are decoded; nil for sRGB.
    private(set) var profile: [UInt8]?
    /// Milliseconds of each frame; empty for a picture that does not move.
    private(set) var delays: [Int32] = []
    /// How often it is shown; 0 for ever.
    private(set) var plays: Int32 = 0
    /// It has a channel for black ink, which nothing here can mix.
    private(set) var isCMYK = false

    var frameCount: Int { max(1, self.delays.count) }

    /// Far more frames than are allowed.
    private static let maximumFrames = 100_000
    /// A profile is of some kilobytes, or of half a megabyte for a printing press.
    private static let maximumProfileBytes = 16 << 20

    /// Decodes no pixel; walks from frame to frame by their tables of contents.
    /// - Throws: ``VipsFailure`` where the header cannot be read.
    init(_ bytes: UnsafeRawBufferPointer) throws(VipsFailure) {
        let decoding = try JxlDecoding(bytes, events: [JXL_DEC_BASIC_INFO, JXL_DEC_COLOR_ENCODING, JXL_DEC_FRAME])
        guard try decoding.next() == JXL_DEC_BASIC_INFO else { throw Self.surprise }
        var info = JxlBasicInfo()
        guard JxlDecoderGetBasicInfo(decoding.decoder, &info) == JXL_DEC_SUCCESS else { throw Self.surprise }
        let isDeep = info.bits_per_sample > 8 || info.exponent_bits_per_sample > 0
        self.layout = PixelLayout(
            size: PixelSize(width: Int(info.xsize), height: Int(info.ysize)),
            colours: info.num_color_channels == 1 ? .grey : .rgb,
            hasAlpha: info.alpha_bits > 0,
            isDeep: isDeep
        )
        for index in 0..<min(info.num_extra_channels, 256) {
            var channel = JxlExtraChannelInfo()
            guard JxlDecoderGetExtraChannelInfo(decoding.decoder, Int(index), &channel) == JXL_DEC_SUCCESS else {
                break
            }
            if channel.type == JXL_CHANNEL_BLACK { self.isCMYK = true }
        }
        guard try decoding.next() == JXL_DEC_COLOR_ENCODING else { throw Self.surprise }
        self.readColours(decoding.decoder)
        guard info.have_animation != 0 else { return }
        self.plays = Int32(clamping: info.animation.num_loops)
        let (above, below) = (info.animation.tps_denominator, info.animation.tps_numerator)
        // What is wrong or missing further on shows when it is decoded.
        while self.delays.count < Self.maximumFrames, (try? decoding.next()) == JXL_DEC_FRAME {
            var frame = JxlFrameHeader()
            guard JxlDecoderGetFrameHeader(decoding.decoder, &frame) == JXL_DEC_SUCCESS else { break }
            let milliseconds = 1000 * UInt64(frame.duration) * UInt64(above) / UInt64(max(1, below))
            // As GIF's, which browsers show so.
            self.delays.append(milliseconds <= 10 ? 100 : Int32(clamping: milliseconds))
            if frame.is_last != 0 { break }
        }
    }

    /// By numbers where they say it, else by the profile.
    private mutating func readColours(_ decoder: OpaquePointer) {
        var encoding = JxlColorEncoding()
        if shim_jxl_encoding(decoder, &encoding) == JXL_DEC_SUCCESS, let space = ColourSpace(encoding) {
            // Eight bits of light are too few for what is dark, and of a high dynamic range for all.
            if space.transfer != .sRGB { self.layout.isDeep = true }
            self.profile = ColourProfile.of(space, isGrey: self.layout.colours == .grey)
            return
        }
        var size = 0
        guard shim_jxl_icc_size(decoder, &size) == JXL_DEC_SUCCESS, (1...Self.maximumProfileBytes).contains(size) else {
            return
        }
        var profile = [UInt8](repeating: 0, count: size)
        if shim_jxl_icc(decoder, &profile, size) == JXL_DEC_SUCCESS { self.profile = profile }
    }

    private static var surprise: VipsFailure {
        VipsFailure(operation: "JxlDecoderProcessInput", text: "the header is not where it should be")
    }
}

extension ColourSpace {
    /// Nil for what JPEG XL does not say by numbers. Its numbers are those of ITU-T H.273, but for those that refer to values beside them.
    fileprivate init?(_ encoding: JxlColorEncoding) {
        guard encoding.color_space == JXL_COLOR_SPACE_RGB || encoding.color_space == JXL_COLOR_SPACE_GRAY else {
            return nil
        }
        switch encoding.transfer_function {
        case JXL_TRANSFER_FUNCTION_SRGB, JXL_TRANSFER_FUNCTION_709: self.init(primaries: .bt709, transfer: .sRGB)
        case JXL_TRANSFER_FUNCTION_LINEAR: self.init(primaries: .bt709, transfer: .gamma(1))
        case JXL_TRANSFER_FUNCTION_DCI: self.init(primaries: .bt709, transfer: .gamma(2.6))
        case JXL_TRANSFER_FUNCTION_PQ: self.init(primaries: .bt709, transfer: .perceptualQuantizer)
        case JXL_TRANSFER_FUNCTION_HLG: self.init(primaries: .bt709, transfer: .hybridLogGamma)
        case JXL_TRANSFER_FUNCTION_GAMMA where encoding.gamma > 0.1 && encoding.gamma <= 1:
            // From light to a number; here the other way round.
            self.init(primaries: .bt709, transfer: .gamma(1 / encoding.gamma))
        default: return nil
        }
        guard encoding.color_space == JXL_COLOR_SPACE_RGB, !Self.isPlain(encoding) else { return }
        func point(_ values: (Double, Double)) -> SIMD2<Double> { SIMD2(values.0, values.1) }
        self.primaries = Primaries(
            red: point(encoding.primaries_red_xy),
            green: point(encoding.primaries_green_xy),
            blue: point(encoding.primaries_blue_xy),
            white: point(encoding.white_point_xy)
        )
    }

    /// The chromaticities beside the numbers are filled in, but not to the last digit.
    private static func isPlain(_ encoding: JxlColorEncoding) -> Bool {
        encoding.primaries == JXL_PRIMARIES_SRGB && encoding.white_point == JXL_WHITE_POINT_D65
    }
}
