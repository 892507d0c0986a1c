import MediaCore

/// libmagic's names for types, turned into the registered ones that the rest of the daemon knows.
enum CanonicalName {
    static func type(_ essence: String) -> MediaType {
        MediaType(self.names[essence] ?? essence)
    }

    private static let names: [String: String] = [
        "audio/x-m4a": MediaType.audioMP4.essence,
        "audio/x-wav": MediaType.wav.essence,
        "audio/vnd.wave": MediaType.wav.essence,
        "audio/x-flac": MediaType.flac.essence,
        "audio/mp3": MediaType.mp3.essence,
        "audio/x-mp3": MediaType.mp3.essence,
        "audio/x-hx-aac-adts": "audio/aac",
        "audio/x-aiff": "audio/aiff",
        "application/ogg": MediaType.ogg.essence,
        "video/x-matroska": MediaType.matroska.essence,
        "video/mp2p": "video/mpeg",
        "image/heic-sequence": MediaType.heic.essence,
        "image/heif-sequence": MediaType.heif.essence,
        "image/vnd.mozilla.apng": MediaType.png.essence,
        "image/apng": MediaType.png.essence,
        "image/x-ms-bmp": "image/bmp",
        "image/svg": MediaType.svg.essence,
        "application/xml": MediaType.xml.essence,
        "application/xhtml+xml": MediaType.html.essence,
        "application/x-gzip": "application/gzip",
        "application/x-pdf": MediaType.pdf.essence,
        "application/x-zip-compressed": MediaType.zip.essence,
        "application/csv": "text/csv",
        "text/webvtt": MediaType.vtt.essence,
        "inode/x-empty": MediaType.octetStream.essence,
        "application/x-empty": MediaType.octetStream.essence,
    ]
}

/// Second opinion on everything that libmagic takes for text or markup.
enum MarkupCorrection {
    static func type(magic: MediaType, prefix: [UInt8]) -> MediaType {
        guard magic.isText || magic == .svg || magic == .octetStream else { return magic }
        let finding = MarkupSniffer(prefix: Array(prefix.prefix(MagicDatabase.textPrefixBytes))).finding
        switch finding {
        case .svg: return .svg
        // A type that is more special than plain text and never shown inline (a script, a style sheet) stays.
        case .html: return magic == .octetStream || self.isShown(magic) ? .html : magic
        case .php: return magic.essence == "text/x-php" || magic == .html ? magic : MediaType("text/x-php")
        case .xml: return magic == .html || magic == .plainText || magic == .svg ? .xml : magic
        case .vtt: return .vtt
        case .none: return magic == .svg ? .xml : magic
        }
    }

    /// Types that a browser would show, or would run in spite of us.
    private static func isShown(_ type: MediaType) -> Bool {
        type.isSafeInline || type == .html || type == .xml || type == .svg
    }
}
