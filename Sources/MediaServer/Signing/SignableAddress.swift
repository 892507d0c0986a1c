package import Access
import HTTPSemantics
package import MediaCore

/// The address of a file, or of something made from one, as it can be signed: in the spelling in which clients will send it, without an
/// older expiry and signature.
///
///     try SignableAddress("/files/documents/1.pdf")
///     try SignableAddress("https://media.example.com/api/files/posters/1.jpg?preset=w342#top")
///
/// What is signed byte for byte must not be spelled anew on its way: browsers encode spaces and letters outside of ASCII, so they are
/// encoded here. Scheme and host stay what they are; a signature is good for the path on every host that leads here.
package struct SignableAddress: Sendable {
    /// Path and query.
    package let target: String
    /// What may be read at the path: something made from the first file, or the second file itself. One, mostly.
    package let files: [FileReference]
    /// Where the first of two files lies.
    let original: MediaPath?
    /// Where the last one lies.
    let place: MediaPath
    /// The query, decoded.
    let query: QueryItems

    private let origin: String
    private let fragment: String

    /// Of the text, in UTF-8.
    package static let maximumLengthBytes = 8192

    /// - Throws: `invalid_request` for what is no address of a file here, `invalid_name` for a path that no file can have.
    package init(_ text: String) throws(MediaError) {
        guard text.utf8.count <= Self.maximumLengthBytes else {
            throw MediaError(.invalidRequest, "It is longer than \(Self.maximumLengthBytes) bytes.")
        }
        var rest = Substring(text)
        self.fragment = Self.take(from: &rest, since: "#")
        let query = Self.take(from: &rest, since: "?").dropFirst()
        let path: PercentPath
        let items: QueryItems
        do {
            // Whoever types an address types spaces.
            path = try PercentPath(target: rest.replacing(" ", with: "%20"))
            self.origin = path.authority == nil ? "" : String(rest.prefix(upTo: Self.end(ofOriginIn: rest)))
        } catch {
            throw MediaError(.invalidRequest, "It is no path of a file: \(error).")
        }
        let kept = query.split(separator: "&").filter { !Self.isOfSignature($0) }.map(Self.encoded)
        do { items = try QueryItems(query: kept.joined(separator: "&")) } catch {
            throw MediaError(.invalidRequest, "Its query cannot be read: \(error).")
        }
        self.query = items
        let root = path.segments.first == "api" ? ["api", "files"] : ["files"]
        let segments = Array(path.segments.dropFirst(root.count))
        guard path.segments.starts(with: root), segments.count >= 2 else {
            throw MediaError(.invalidRequest, "Only what is below /files/ and /api/files/ can be signed.")
        }
        let file = try MediaPath(validating: segments)
        let original = try? DerivedPath.split(segments).map { try MediaPath(validating: $0.file) }
        self.original = original
        self.place = file
        self.files = [original, file].compactMap { $0.map { FileReference($0) } }
        self.target =
            PercentPath.encode(path: segments.joined(separator: "/"), under: "/\(root.joined(separator: "/"))/")
            + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))
    }

    /// The whole address, with what the signature added to the target.
    func address(signed target: String) -> String { "\(self.origin)\(target)\(self.fragment)" }

    private static func take(from text: inout Substring, since mark: Character) -> String {
        guard let start = text.utf8.firstIndex(of: mark.asciiValue ?? 0) else { return "" }
        defer { text = text[..<start] }
        return String(text[start...])
    }

    private static func end(ofOriginIn text: Substring) -> Substring.Index {
        guard let scheme = text.firstRange(of: "://") else { return text.startIndex }
        return text[scheme.upperBound...].firstIndex(of: "/") ?? text.endIndex
    }

    private static func isOfSignature(_ pair: some StringProtocol) -> Bool {
        ["expires", "signature"].contains(pair.prefix { $0 != "=" })
    }

    /// What browsers would encode (WHATWG URL, the special-query percent-encode set) is encoded; the rest stays as it was written.
    private static func encoded(_ pair: some StringProtocol) -> String {
        pair.utf8.map { byte in
            (0x21...0x7E).contains(byte) && !Self.encodedBytes.contains(byte)
                ? String(UnicodeScalar(byte))
                : "%" + String(byte >> 4, radix: 16, uppercase: true) + String(byte & 15, radix: 16, uppercase: true)
        }.joined()
    }

    private static let encodedBytes = Set("\"<>'".utf8)
}
