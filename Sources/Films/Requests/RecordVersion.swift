import Crypto
import FoundationEssentials
import HTTPTypes
package import Hummingbird

/// The entity tags of a record: `"7-5f1c0a9be2d4c871"`, its version and a digest of its JSON (docs/films-api.yaml, header `ETag`).
///
/// The version alone would not do: a film shows who added it, whose name changes without it. Whatever the JSON is made of, another text
/// has another tag.
package enum RecordVersion {
    /// A strong tag (RFC 9110 section 8.8.3).
    ///
    /// - Parameter json: the record as it is sent.
    package static func tag(_ version: Int64, _ json: String) -> String {
        let digest = SHA256.hash(data: Data(json.utf8)).prefix(8)
        return "\"\(version)-\(digest.hexadecimal)\""
    }

    /// Only the version is compared: that somebody got another name is no change of the film, and hinders none.
    ///
    /// - Throws: ``FilmsError`` `precondition_failed` when `If-Match` names other versions only (RFC 9110 section 13.1.1).
    package static func check(_ request: Request, is version: Int64) throws(FilmsError) {
        guard let tags = Self.tags(of: request, .ifMatch) else { return }
        guard tags.contains(where: { $0 == "*" || $0 == "\"\(version)\"" || $0.hasPrefix("\"\(version)-") }) else {
            throw FilmsError(.preconditionFailed, .changedMeanwhile, ["version": "\(version)"])
        }
    }

    /// Whether the client has the record as it is (RFC 9110 section 13.1.2; weak comparison).
    package static func isKnown(_ request: Request, tag: String) -> Bool {
        let tags = Self.tags(of: request, .ifNoneMatch) ?? []
        return tags.contains("*") || tags.contains(tag) || tags.contains("W/" + tag)
    }

    /// - Returns: nil when the field is absent.
    private static func tags(of request: Request, _ name: HTTPField.Name) -> [String]? {
        let lines = request.headers[values: name]
        guard !lines.isEmpty else { return nil }
        return lines.joined(separator: ",").split(separator: ",").map { (tag: Substring) -> String in
            String(tag.filter { $0 != " " && $0 != "\t" })
        }
    }
}
