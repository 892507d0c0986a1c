import HTTPSemantics
import MediaCore

extension RenditionFormat {
    /// The encoding that a client gets. WebP only for those who ask for it by name: `*/*` is also what programs send that cannot
    /// show it.
    /// - Parameter accept: the request's `Accept`, several lines joined with commas; nil without one.
    static func preferred(accept: String?) -> RenditionFormat {
        let offered = [RenditionFormat.webp, .jpeg].map(\.type.essence)
        let preferred = AcceptNegotiation(accept)
            .preferred(of: offered, explicitOnly: AcceptNegotiation.newerImageFormats)
        return preferred == RenditionFormat.webp.type.essence ? .webp : .jpeg
    }
}
