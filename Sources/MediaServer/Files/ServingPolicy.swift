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

/// How long a response may be shown again without asking whether it is still the same.
struct Freshness: Hashable, Sendable {
    /// `Cache-Control` where everybody may read (RFC 9111 section 5.2.2).
    var shared: String
    /// The same for a cache of one client, without what may be shown longer while it asks.
    var seconds: Int64

    /// The bytes behind the URL never change.
    static let immutable = Freshness(
        shared: CacheControlValue.immutable,
        seconds: CacheControlValue.immutableSeconds
    )
    /// It is to be asked about each time.
    static let none = Freshness(shared: CacheControlValue.revalidated, seconds: 0)
}

/// What the collections' configuration says of how their files are served.
struct ServingPolicy: Sendable {
    private struct Rules {
        var freshness: Freshness
        var pace: ResponsePace?
    }

    private let rules: [String: Rules]

    init(collections: [MediaCollection]) {
        self.rules = Dictionary(
            collections.map { collection in
                let rules = Rules(
                    freshness: Freshness(
                        shared: CacheControlValue.maximumAge(
                            collection.maximumAge,
                            staleWhileRevalidate: collection.staleWhileRevalidate,
                            staleIfError: collection.staleIfError
                        ),
                        seconds: collection.maximumAge.components.seconds
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

    /// How long a file may be shown without asking.
    ///
    /// - Parameters:
    ///   - version: the `v` of the URL; nil without one. The present version's URL can be kept for ever, as other
    ///     bytes have another one (RFC 8246). Another version's is one that somebody kept too long: the bytes behind it are
    ///     not those it was made for, so nobody is to remember them under it.
    ///   - present: what `v` is in the URLs of today.
    func freshness(for file: MediaFile, version: String?, present: [String]) -> Freshness {
        if let version { return present.contains(version) ? .immutable : .none }
        return self.rules[file.collection]?.freshness ?? .none
    }

    /// How fast a response with bytes of this file may be sent; nil is without limit.
    func pace(of file: MediaFile) -> ResponsePace? { self.rules[file.collection]?.pace }
}
