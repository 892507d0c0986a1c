import HTTPSemantics
import HTTPServing
import MediaCore

extension MediaFile {
    /// The `v` in URLs of pictures made from this file: the bytes decide them, and the point that crops keep.
    var pictureVersion: String {
        guard let point = self.focalPoint else { return self.version.digest.prefix }
        return "\(self.version.digest.prefix)-\(Int((point.x * 1000).rounded())),\(Int((point.y * 1000).rounded()))"
    }
}

/// What the collections' configuration says of how their files are served.
struct ServingPolicy: Sendable {
    private struct Rules {
        var cacheControl: String
        var pace: ResponsePace?
    }

    private let rules: [String: Rules]

    init(collections: [MediaCollection]) {
        self.rules = Dictionary(
            collections.map { collection in
                let rules = Rules(
                    cacheControl: CacheControlValue.maximumAge(
                        collection.maximumAge,
                        staleWhileRevalidate: collection.staleWhileRevalidate,
                        staleIfError: collection.staleIfError
                    ),
                    pace: ResponsePace(
                        bytesPerSecond: collection.limitRate.bytes,
                        after: collection.limitRateAfter.bytes
                    )
                )
                return (collection.name, rules)
            },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// `Cache-Control` of a file (RFC 9111 section 5.2.2).
    ///
    /// - Parameters:
    ///   - version: the `v` of the URL; nil without one. The present version's URL can be kept for ever, as other
    ///     bytes have another one (RFC 8246). Another version's is one that somebody kept too long: the bytes behind it are
    ///     not those it was made for, so nobody is to remember them under it.
    ///   - present: what `v` is in the URLs of today.
    func cacheControl(for file: MediaFile, version: String?, present: [String]) -> String {
        if let version {
            return present.contains(version) ? CacheControlValue.immutable : CacheControlValue.revalidated
        }
        return self.rules[file.collection]?.cacheControl ?? CacheControlValue.revalidated
    }

    /// How fast a response with bytes of this file may be sent; nil is without limit.
    func pace(of file: MediaFile) -> ResponsePace? { self.rules[file.collection]?.pace }
}
