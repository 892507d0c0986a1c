import NIOHTTP1

/// How a video can be streamed (docs/streaming.md).
package struct MediaStream: Hashable, Sendable {
    /// Of the first playlist, below `/files/`.
    package var url: String
    package var subtitles: [Subtitles]

    package init(url: String, subtitles: [Subtitles]) {
        self.url = url
        self.subtitles = subtitles
    }

    /// Subtitles of one language, as WebVTT.
    package struct Subtitles: Hashable, Sendable {
        /// BCP 47; `und` where the video does not say.
        package var language: String
        package var label: String?
        package var url: String

        package init(language: String, label: String?, url: String) {
            self.language = language
            self.label = label
            self.url = url
        }
    }
}

extension MediaClient {
    /// The stream of a video, with its subtitles.
    ///
    /// - Parameter url: as the record has it.
    /// - Returns: nil where mediad says `not_streamable` or `encrypted`, or the file is gone.
    package func stream(of url: String) async throws(MediaClientError) -> MediaStream? {
        let base = url.prefix { $0 != "?" } + "/hls/"
        let response = try await self.send(.GET, base + "index.m3u8")
        switch response.status {
        case 200: break
        // 422: the bytes are damaged somewhere; ranges of it may play all the same.
        case 404, 415, 422: return nil
        default: throw MediaClientError(response)
        }
        let playlist = String(decoding: response.body, as: UTF8.self)
        return MediaStream(url: base + "index.m3u8", subtitles: Self.subtitles(in: playlist, below: String(base)))
    }

    /// The subtitles that a playlist names (RFC 8216 section 4.3.4.1), at most 100.
    static func subtitles(in playlist: String, below base: String) -> [MediaStream.Subtitles] {
        var subtitles: [MediaStream.Subtitles] = []
        for line in playlist.split(whereSeparator: \.isNewline) where subtitles.count < 100 {
            guard line.hasPrefix("#EXT-X-MEDIA:"), line.contains("TYPE=SUBTITLES"),
                let uri = Self.attribute("URI", of: line)
            else { continue }
            // movie1.subtitles-fr.m3u8?v=... names the pieces; subtitles-fr.vtt is the whole.
            let (path, query) = (uri.prefix { $0 != "?" }, uri.drop { $0 != "?" })
            let parts = path.split(separator: ".")
            guard parts.last == "m3u8", let part = parts.dropLast().last,
                part.hasPrefix("subtitles-") || part.hasPrefix("captions-"), !part.contains("/")
            else { continue }
            subtitles.append(
                .init(
                    language: Self.attribute("LANGUAGE", of: line) ?? "und",
                    label: Self.attribute("NAME", of: line),
                    url: "\(base)\(part).vtt\(query)"
                )
            )
        }
        return subtitles
    }

    /// A quoted attribute (RFC 8216 section 4.2); quotes cannot stand in it.
    private static func attribute(_ name: String, of line: Substring) -> String? {
        for mark in [",", ":"] {
            guard let range = line.firstRange(of: "\(mark)\(name)=\"") else { continue }
            return String(line[range.upperBound...].prefix { $0 != "\"" })
        }
        return nil
    }
}
