import MediaCore

/// What kind of text a text is, where that can be proven; else it is plain.
///
/// What libmagic believes that a text is about decides nothing: letters with equal commas are no table, "Article 1" is no news.
enum TextTypes {
    /// - Parameters:
    ///   - prefix: the first bytes of the file.
    ///   - scan: what reading all of it showed.
    ///   - length: of the whole file.
    static func sniffed(_ prefix: [UInt8], _ scan: TextScan, length: Int64) -> Sniffed {
        let head = TextPrefix(prefix.prefix(MagicDatabase.textPrefixBytes))
        if let format = self.formatInLetters(head) { return Sniffed(type: format, charset: scan.charset) }
        if scan.isJSON { return Sniffed(type: .json, charset: scan.charset) }
        if SubRipSignature.opens(head) { return Sniffed(type: .subRip, charset: scan.charset) }
        if let markup = MarkupSniffer(prefix: head).finding.type { return Sniffed(type: markup, charset: scan.charset) }
        if let picture = BitmapTexts.essence(head, length: length) {
            return Sniffed(type: MediaType(picture), charset: scan.charset)
        }
        guard let special = self.kindOfText(head) ?? scan.table else {
            return Sniffed(type: .plainText, charset: scan.charset)
        }
        // Still a text for everybody who takes texts (RFC 2046 section 4.1.4).
        return Sniffed(type: MediaType(special), alternatives: [.plainText], charset: scan.charset)
    }

    /// Formats whose first bytes are letters, whatever comes behind them: never texts, or `GIF89a<script>` were one.
    private static func formatInLetters(_ head: TextPrefix) -> MediaType? {
        let start = TextPrefix(head.bytes.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }.prefix(16))
        if start.starts(with: "%PDF-") { return .pdf }
        if head.starts(with: "GIF87a") || head.starts(with: "GIF89a") { return .gif }
        if head.starts(with: "{\\rtf") { return MediaType("text/rtf") }
        if head.starts(with: "SIMPLE  =                    T") { return MediaType("image/fits") }
        if head.starts(with: "%!PS") { return MediaType("application/postscript") }
        if head.starts(with: "#?RADIANCE") || head.starts(with: "#?RGBE") { return MediaType("image/vnd.radiance") }
        return nil
    }

    /// Texts that are made for programs and begin with a line of their own.
    private static func kindOfText(_ head: TextPrefix) -> String? {
        let lines = head.lines(upTo: 40).lazy.filter { !$0.isEmpty }
        guard let first = lines.first.map({ String(decoding: $0, as: UTF8.self).lowercased() }) else { return nil }
        switch first {
        case "begin:vcalendar": return "text/calendar"
        case "begin:vcard": return "text/vcard"
        case "[script info]": return "text/x-ssa"
        case let line where line.hasPrefix("#extm3u"):
            // RFC 8216 section 4.1: one of its own tags tells it from the older lists of songs.
            return String(decoding: head.bytes, as: UTF8.self).contains("#EXT-X-")
                ? "application/vnd.apple.mpegurl" : "audio/x-mpegurl"
        default: return nil
        }
    }
}

extension TextScan {
    /// The name of the encoding where it is certain: UTF-8.
    var charset: String? { self.encoding == .utf8 ? "utf-8" : nil }
}

extension MarkupSniffer.Finding {
    /// Nil where it is none.
    var type: MediaType? {
        switch self {
        case .svg: .svg
        case .html: .html
        case .php: MediaType("text/x-php")
        case .vtt: .vtt
        case .xml(let root): root.flatMap { Self.vocabularies[$0] } ?? .xml
        case .none: nil
        }
    }

    /// By the name of the root, in small letters.
    private static let vocabularies: [String: MediaType] = [
        "tt": MediaType("application/ttml+xml"), "rss": MediaType("application/rss+xml"),
        "kml": MediaType("application/vnd.google-earth.kml+xml"), "gpx": MediaType("application/gpx+xml"),
        "mpd": MediaType("application/dash+xml"), "html": .html,
    ]
}
