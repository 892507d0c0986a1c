import HTTPSemantics
import MediaCore

/// `Content-Disposition` of a file (RFC 6266): whether a browser shows it, and what it is called where somebody saves it.
enum FileDisposition {
    /// - Parameters:
    ///   - original: the record.
    ///   - type: of the bytes that are sent: the original's, or a rendition's.
    ///   - treeName: what the file is called in the tree.
    ///   - download: the value of `?download`; nil without it.
    static func value(of original: MediaFile, as type: MediaType, treeName: String, download: String?) -> String {
        guard let download else {
            return ContentDisposition.value(type.isSafeInline ? .inline : .attachment, fileName: treeName)
        }
        let name = self.asked(download, type) ?? self.uploaded(original, type) ?? treeName
        return ContentDisposition.value(.attachment, fileName: name)
    }

    /// The name that the URL asks for. Whoever makes a link chooses it, so its extension is always the type's.
    private static func asked(_ download: String, _ type: MediaType) -> String? {
        // How people write a switch.
        guard !["1", "true"].contains(download), let name = ContentDisposition.baseName(download) else { return nil }
        return type.fileName(name)
    }

    /// The name that the client gave the original: more telling than the tree's, which often is a number.
    private static func uploaded(_ original: MediaFile, _ type: MediaType) -> String? {
        guard let name = original.originalFilename.flatMap(ContentDisposition.baseName) else { return nil }
        // Of a type that has no extension here, the uploader's is the best there is.
        return type.fileExtension == MediaType.octetStream.fileExtension ? name : type.fileName(name)
    }
}
