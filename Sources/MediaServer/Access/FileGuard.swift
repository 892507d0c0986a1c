import Access
import HTTPSemantics
import HTTPTypes
import MediaCore
import Primitives

/// How a file is guarded, as far as the responses with its bytes, or with what is made from them, depend on it.
enum FileGuard: Hashable, Sendable {
    /// Everybody may read it.
    case none
    /// Everybody may who knows the address, which search engines are not to give away.
    case unlisted
    /// It is private, and whoever asks has a right to read it.
    case right(FileReference)
    /// It is private, and whoever has this address may read it until then.
    case signature(until: Timestamp)

    /// Whether the same request gets other fields a second later.
    var changesWithTime: Bool {
        if case .signature = self { true } else { false }
    }

    /// Puts the fields in place that say who may keep the response, and for how long.
    ///
    /// What a right opens is asked about each time, so that the end of the right is felt. A signed address may be kept until it ends,
    /// in the cache of one client, and is not handed on as the referrer of what is opened from it.
    ///
    /// - Parameters:
    ///   - freshness: what the fields would say if everybody might read.
    ///   - now: seconds since 1970.
    func apply(to fields: inout HTTPFields, freshness: Freshness, at now: Int64) {
        switch self {
        case .none: return
        case .unlisted: break
        case .right:
            fields[.cacheControl] = CacheControlValue.privately(seconds: 0)
            fields[.vary] = fields[.vary].map { "\($0), Authorization" } ?? "Authorization"
        case .signature(let end):
            fields[.cacheControl] = CacheControlValue.privately(seconds: min(freshness.seconds, end.seconds - now))
            fields[.referrerPolicy] = "no-referrer"
        }
        fields[.xRobotsTag] = "noindex"
    }
}

extension HTTPField.Name {
    /// What search engines do with the response: theirs, not in a standard.
    static let xRobotsTag = Self.literal("X-Robots-Tag")
    /// W3C Referrer Policy section 4.1.
    static let referrerPolicy = Self.literal("Referrer-Policy")
}
