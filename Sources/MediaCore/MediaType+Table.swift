extension MediaType {
    /// The extension that files of this type carry in the tree, without the dot; `bin` for types that the table does not know.
    package var fileExtension: String {
        Self.table[self.essence]?.fileExtension ?? Self.otherExtensions[self.essence]?.first ?? "bin"
    }

    /// True where a browser may show the bytes inside a page of ours without running anything in them.
    package var isSafeInline: Bool { Self.table[self.essence]?.isSafeInline ?? false }

    /// True where libvips makes renditions of it.
    package var isRenderable: Bool { Self.table[self.essence]?.isRenderable ?? false }

    /// True where `fileExtension` (no dot, any case) is one that files of this type may carry.
    package func hasExtension(_ fileExtension: some StringProtocol) -> Bool {
        let lowercased = fileExtension.lowercased()
        guard let traits = Self.table[self.essence] else {
            return Self.otherExtensions[self.essence]?.contains(lowercased) ?? false
        }
        return traits.fileExtension == lowercased || traits.aliases.contains(lowercased)
    }

    /// True where `fileExtension` (no dot, any case) is one that the table knows, for some type or as an alias.
    package static func isKnownExtension(_ fileExtension: some StringProtocol) -> Bool {
        self.knownExtensions.contains(fileExtension.lowercased())
    }

    private struct Traits {
        var fileExtension: String
        var isSafeInline = false
        var isRenderable = false
        var aliases: [String] = []

        /// A picture that libvips reads here, and that browsers show.
        static func picture(_ fileExtension: String, _ aliases: String...) -> Traits {
            Traits(fileExtension: fileExtension, isSafeInline: true, isRenderable: true, aliases: aliases)
        }

        /// What a browser may show or play, and of which libvips makes nothing.
        static func shown(_ fileExtension: String, _ aliases: String...) -> Traits {
            Traits(fileExtension: fileExtension, isSafeInline: true, aliases: aliases)
        }

        static func attached(_ fileExtension: String, _ aliases: String...) -> Traits {
            Traits(fileExtension: fileExtension, aliases: aliases)
        }
    }

    private static let table: [String: Traits] = [
        jpeg.essence: .picture("jpg", "jpeg", "jpe", "jfif"),
        png.essence: .picture("png"),
        webp.essence: .picture("webp"),
        gif.essence: .picture("gif"),
        avif.essence: .picture("avif"),
        heic.essence: .picture("heic", "hif"),
        heif.essence: .picture("heif"),
        tiff.essence: .picture("tiff", "tif"),
        jxl.essence: .picture("jxl"),
        svg.essence: .init(fileExtension: "svg", isRenderable: true, aliases: ["svgz"]),
        "image/bmp": .shown("bmp", "dib"),
        "image/vnd.microsoft.icon": .shown("ico"),
        mp4.essence: .shown("mp4"),
        quicktime.essence: .shown("mov", "qt"),
        webm.essence: .shown("webm"),
        matroska.essence: .shown("mkv"),
        mpegTS.essence: .shown("ts", "m2ts", "mts"),
        m4v.essence: .shown("m4v"),
        "video/3gpp": .shown("3gp", "3gpp"),
        "video/3gpp2": .shown("3g2", "3gpp2"),
        "video/ogg": .shown("ogv"),
        audioMP4.essence: .shown("m4a", "m4b"),
        audioWebM.essence: .shown("weba"),
        audioMatroska.essence: .shown("mka"),
        mp3.essence: .shown("mp3", "mp2"),
        wav.essence: .shown("wav", "wave"),
        flac.essence: .shown("flac"),
        ogg.essence: .shown("ogg", "oga", "opus", "spx"),
        aac.essence: .shown("aac", "adts"),
        "audio/3gpp": .shown("3gp", "3gpp"),
        "audio/3gpp2": .shown("3g2", "3gpp2"),
        // A PDF can script, in viewers that are not ours to vouch for.
        pdf.essence: .attached("pdf"),
        plainText.essence: .shown("txt", "text", "md", "log"),
        html.essence: .attached("html", "htm", "xhtml"),
        xml.essence: .attached("xml"),
        vtt.essence: .shown("vtt"),
        subRip.essence: .attached("srt"),
        zip.essence: .attached("zip"),
        docx.essence: .attached("docx"),
        xlsx.essence: .attached("xlsx"),
        pptx.essence: .attached("pptx"),
        odt.essence: .attached("odt"),
        ods.essence: .attached("ods"),
        epub.essence: .attached("epub"),
        doc.essence: .attached("doc"),
        octetStream.essence: .attached("bin"),
    ]

    private static let knownExtensions: Set<String> = Set(
        table.values.flatMap { [$0.fileExtension] + $0.aliases } + otherExtensions.values.joined()
    )
}
