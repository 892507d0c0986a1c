import CLibav

/// What the numbers in a frame mean: ITU-T H.273, as FFmpeg's enumerations repeat it (libavutil/pixfmt.h).
struct FrameColours: Equatable {
    enum Matrix: Equatable { case bt601, bt709, smpte240, bt2020 }
    enum Transfer: Equatable { case sdr, perceptualQuantizer, hybridLogGamma }

    var matrix: Matrix
    var transfer: Transfer
    /// The primaries are BT.2020's, wider than sRGB's.
    var isWide: Bool
    /// 0...255 and not 16...235.
    var isFullRange: Bool

    init(_ frame: AVFrame) {
        switch frame.colorspace {
        case AVCOL_SPC_BT709: self.matrix = .bt709
        case AVCOL_SPC_BT470BG, AVCOL_SPC_SMPTE170M, AVCOL_SPC_FCC: self.matrix = .bt601
        case AVCOL_SPC_SMPTE240M: self.matrix = .smpte240
        case AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT2020_CL: self.matrix = .bt2020
        // Most videos do not say; players then go by the size, since high definition came with BT.709.
        default: self.matrix = frame.width >= 1280 || frame.height > 576 ? .bt709 : .bt601
        }
        switch frame.color_trc {
        case AVCOL_TRC_SMPTE2084: self.transfer = .perceptualQuantizer
        case AVCOL_TRC_ARIB_STD_B67: self.transfer = .hybridLogGamma
        default: self.transfer = .sdr
        }
        self.isWide = frame.color_primaries == AVCOL_PRI_BT2020
        self.isFullRange = frame.color_range == AVCOL_RANGE_JPEG
    }

    /// True where plain R'G'B' is not yet sRGB.
    var needsMapping: Bool { self.transfer != .sdr || self.isWide }

    /// The number that swscale knows the matrix by (libswscale/swscale.h, `SWS_CS_...`).
    var swscaleMatrix: Int32 {
        switch self.matrix {
        case .bt601: SWS_CS_ITU601
        case .bt709: SWS_CS_ITU709
        case .smpte240: SWS_CS_SMPTE240M
        case .bt2020: SWS_CS_BT2020
        }
    }
}
