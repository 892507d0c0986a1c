import Foundation

/// The three parts of a compact JSON Web Signature (RFC 7515 section 7.1), before anything of it is believed.
struct SignedToken {
    let header: Header
    /// What is signed: the first two parts as they came, with their dot.
    let signedBytes: [UInt8]
    /// The payload, decoded; not to be read before the signature was checked.
    let payload: [UInt8]
    let signature: [UInt8]

    /// The members of the header that decide how the rest is checked (RFC 7515 section 4.1).
    struct Header: Decodable {
        let alg: String
        let kid: String?
        let typ: String?
        let crit: [String]?
    }

    /// Of a whole token, in bytes: a header field of HTTP has no more room.
    static let maximumLengthBytes = 8192

    init(_ text: some StringProtocol) throws(CredentialError) {
        guard text.utf8.count <= Self.maximumLengthBytes else { throw .tooLong(limit: Self.maximumLengthBytes) }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let head = Base64URL.decode(parts[0]), let payload = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2]), !signature.isEmpty,
            let header = try? JSONDecoder().decode(Header.self, from: Data(head))
        else { throw .malformed }
        // RFC 7515 section 4.1.11: whoever does not understand one of them must refuse the whole.
        guard header.crit == nil else { throw .untrusted }
        self.header = header
        self.signedBytes = Array("\(parts[0]).\(parts[1])".utf8)
        self.payload = payload
        self.signature = signature
    }

    /// Whether a text has the form of one, without reading it.
    static func isForm(of text: some StringProtocol) -> Bool {
        text.utf8.count { $0 == UInt8(ascii: ".") } == 2 && text.hasPrefix("ey")
    }
}
