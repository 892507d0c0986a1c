import HTTPSemantics
import MediaCore

/// What of a client's `Accept` decides which picture it gets: how much it wants each encoding, and which unusual originals it shows.
///
/// Two fields that ask for the same are equal, so that a response in memory is found for every browser of a kind.
struct PictureAcceptance: Hashable, Sendable {
    /// By the order of ``RenditionFormat/allCases``: 0 is not at all, and of two the one with the higher number is wanted more.
    private var ranks: SIMD4<UInt8> = .zero
    /// By the order of ``MediaType/originalsOfFewClients``.
    private var originals: SIMD4<UInt8> = .zero

    /// - Parameter accept: the request's `Accept`, several lines joined with commas; nil without one.
    init(_ accept: String?) {
        let negotiation = AcceptNegotiation(accept)
        let qualities = RenditionFormat.allCases.map { format in
            // What an old browser means by image/* has none of the newer formats in it, and what a program means by */* neither.
            let isNewer = AcceptNegotiation.newerImageFormats.contains(format.type.essence)
            return isNewer && !negotiation.listsExplicitly(format.type.essence)
                ? 0 : negotiation.quality(of: format.type.essence)
        }
        let steps = Set(qualities).union([0]).sorted()
        for (index, quality) in qualities.enumerated() {
            self.ranks[index] = UInt8(steps.firstIndex(of: quality) ?? 0)
        }
        for (index, type) in MediaType.originalsOfFewClients.enumerated() {
            self.originals[index] = negotiation.listsExplicitly(type.essence) ? 1 : 0
        }
    }

    /// The format that a client gets of those that there are.
    /// - Parameter offered: in the server's order of preference; the last one is what somebody gets who wants none of them.
    func preferred(of offered: [RenditionFormat]) -> RenditionFormat {
        var best: (format: RenditionFormat, rank: UInt8)?
        for format in offered where self.rank(format) > best?.rank ?? 0 {
            best = (format, self.rank(format))
        }
        return best?.format ?? offered.last ?? .jpeg
    }

    /// Whether the client says that it can show originals of this type: by name, as `*/*` promises nothing.
    func shows(_ type: MediaType) -> Bool {
        guard let index = MediaType.originalsOfFewClients.firstIndex(of: type) else { return false }
        return self.originals[index] == 1
    }

    private func rank(_ format: RenditionFormat) -> UInt8 {
        guard let index = RenditionFormat.allCases.firstIndex(of: format) else { return 0 }
        return self.ranks[index]
    }
}

extension MediaType {
    /// Pictures that most browsers cannot show; at most four.
    static let originalsOfFewClients: [MediaType] = [.heic, .heif, .tiff, MediaType("image/jxl")]
}
