import Foundation
import MediaCore

/// What there is to play of a video: its picture and sound, further sound, subtitles (RFC 8216 section 4.3.4).
struct MasterPlaylist {
    var stream: StreamDescription
    var subtitles: [Subtitles]
    /// The video's name, which stands in the URIs.
    var video: String
    /// Of the video; in every URI, so that a video that was replaced is not played on with pieces of another.
    var version: String

    struct Subtitles: Hashable {
        var name: StreamResource.SubtitleName
        /// A tag of BCP 47; nil where it is not known.
        var language: String?
        /// To be shown also to those who asked for none.
        var isForced = false
    }

    var text: String {
        var lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
        // What is before it is there only to be decoded (section 4.3.5.2).
        if let start = self.stream.startSeconds {
            lines.append("#EXT-X-START:TIME-OFFSET=\(PlaylistNumber.text(start)),PRECISE=YES")
        }
        lines += self.audioLines
        lines += self.subtitleLines
        lines.append("#EXT-X-STREAM-INF:" + self.attributes.joined(separator: ","))
        lines.append(self.uri(.segments(.main)))
        return lines.joined(separator: "\n") + "\n"
    }

    /// Only where there is a choice. The first is in the main segments, and so has no URI.
    private var audioLines: [String] {
        guard self.stream.audio.count > 1 else { return [] }
        let names = Self.distinct(self.stream.audio.map { $0.language.map(LanguageTag.tag) })
        return self.stream.audio.enumerated().map { index, track in
            var attributes = ["TYPE=AUDIO", "GROUP-ID=\"audio\"", "NAME=\"\(names[index])\""]
            if let language = track.language { attributes.append("LANGUAGE=\"\(LanguageTag.tag(language))\"") }
            attributes.append(index == 0 ? "DEFAULT=YES,AUTOSELECT=YES" : "DEFAULT=NO,AUTOSELECT=YES")
            if index > 0 { attributes.append("URI=\"\(self.uri(.segments(.audio(track.number))))\"") }
            return "#EXT-X-MEDIA:" + attributes.joined(separator: ",")
        }
    }

    private var subtitleLines: [String] {
        let names = Self.distinct(self.subtitles.map(\.language))
        return self.subtitles.enumerated().map { index, subtitles in
            var attributes = ["TYPE=SUBTITLES", "GROUP-ID=\"subtitles\"", "NAME=\"\(names[index])\""]
            if let language = subtitles.language { attributes.append("LANGUAGE=\"\(language)\"") }
            attributes.append("DEFAULT=NO,AUTOSELECT=YES,FORCED=\(subtitles.isForced ? "YES" : "NO")")
            attributes.append("URI=\"\(self.uri(.subtitleSegments(subtitles.name)))\"")
            return "#EXT-X-MEDIA:" + attributes.joined(separator: ",")
        }
    }

    private var attributes: [String] {
        var attributes = [
            "BANDWIDTH=\(max(1, self.stream.peakBitRate))", "AVERAGE-BANDWIDTH=\(max(1, self.stream.averageBitRate))",
            "CODECS=\"\(self.stream.codecs.joined(separator: ","))\"",
        ]
        if let size = self.stream.dimensions { attributes.append("RESOLUTION=\(size.width)x\(size.height)") }
        if let rate = self.stream.framesPerSecond {
            // Three digits (section 4.3.4.2).
            attributes.append("FRAME-RATE=\(PlaylistNumber.text(rate).dropLast(3))")
        }
        if let range = self.stream.videoRange { attributes.append("VIDEO-RANGE=\(range)") }
        if self.stream.audio.count > 1 { attributes.append("AUDIO=\"audio\"") }
        if !self.subtitles.isEmpty { attributes.append("SUBTITLES=\"subtitles\"") }
        attributes.append("CLOSED-CAPTIONS=NONE")
        return attributes
    }

    private func uri(_ resource: StreamResource) -> String {
        "\(Self.encoded(resource.name(of: self.video)))?v=\(self.version)"
    }

    private static let unreserved = CharacterSet(
        charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
    )

    /// As a part of a path that nothing else can be taken for (RFC 3986 section 2.3): colons too, which would end a scheme.
    private static func encoded(_ name: String) -> String {
        name.addingPercentEncoding(withAllowedCharacters: Self.unreserved) ?? name
    }

    /// Names within a group differ (section 4.3.4.1.1).
    private static func distinct(_ languages: [String?]) -> [String] {
        var seen: [String: Int] = [:]
        return languages.enumerated().map { index, language in
            let name = language.map(LanguageTag.name) ?? "\(index + 1)"
            seen[name, default: 0] += 1
            let count = seen[name, default: 1]
            return count == 1 ? name : "\(name) \(count)"
        }
    }
}
