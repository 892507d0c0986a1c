/// What a client's Accept field prefers (RFC 9110 12.5.1).
package struct AcceptNegotiation: Hashable, Sendable {
    /// One `media-range` with its weight.
    struct Range: Hashable, Sendable {
        /// Lowercase; `*` in `*/*`.
        var type: String
        /// Lowercase; `*` in `type/*` and `*/*`.
        var subtype: String
        /// Media type parameters, all of which the offered type must have.
        var parameters: [FieldParameters.Parameter]
        /// Thousandths, 0 to 1000.
        var quality: Int

        /// Higher is more specific and overrides lower (RFC 9110 12.5.1).
        var specificity: Int {
            if type == "*" { return 0 }
            return subtype == "*" ? 1 : 2 + parameters.count
        }
    }

    let ranges: [Range]

    /// The most members read of one field.
    static let maximumRanges = 64

    /// Reads an Accept field. Absent, empty, malformed or overlong it counts as `*/*`: a representation that the client
    /// may not want serves it better than a 406.
    package init(_ value: String?) {
        let parsed = value.flatMap(Self.parse) ?? []
        ranges = parsed.isEmpty ? [Range(type: "*", subtype: "*", parameters: [], quality: 1000)] : parsed
    }

    /// The weight of a media type in thousandths: that of the most specific range that covers it, 0 if none does.
    ///
    /// Of equally specific ranges the highest weight counts.
    package func quality(of mediaType: String) -> Int {
        guard let offered = MediaTypeValue(parsing: mediaType) else { return 0 }
        return ranges.lazy.filter { $0.covers(offered) }
            .max { ($0.specificity, $0.quality) < ($1.specificity, $1.quality) }?.quality ?? 0
    }

    /// Whether the client names `mediaType` itself, not by a wildcard, with a weight above 0.
    package func listsExplicitly(_ mediaType: String) -> Bool {
        guard let offered = MediaTypeValue(parsing: mediaType) else { return false }
        return ranges.contains { $0.specificity >= 2 && $0.covers(offered) } && quality(of: mediaType) > 0
    }

    /// The offered type with the highest weight; of equals the first. Nil if the client wants none of them.
    ///
    /// - Parameters:
    ///   - offered: media types in the server's order of preference.
    ///   - explicitOnly: essences that count only if the client lists them itself. Old Safari sends `image/*` and
    ///     cannot read WebP, and `*/*` of curl promises nothing: give `["image/webp"]` here and JPEG last in `offered`.
    package func preferred(of offered: [String], explicitOnly: Set<String> = []) -> String? {
        var best: (mediaType: String, quality: Int)?
        for mediaType in offered {
            if explicitOnly.contains(mediaType), !listsExplicitly(mediaType) { continue }
            let quality = quality(of: mediaType)
            if quality > best?.quality ?? 0 { best = (mediaType, quality) }
        }
        return best?.mediaType
    }

    /// Formats that a wildcard does not promise: no `image/*` of an old browser means these.
    package static let newerImageFormats: Set<String> = ["image/webp", "image/avif", "image/jxl", "image/heic"]
}

extension AcceptNegotiation.Range {
    func covers(_ offered: MediaTypeValue) -> Bool {
        guard type == "*" || type == offered.type, subtype == "*" || subtype == offered.subtype else { return false }
        return parameters.allSatisfy { offered[parameter: $0.name]?.utf8.equalsIgnoringCase($0.value.utf8) ?? false }
    }
}
