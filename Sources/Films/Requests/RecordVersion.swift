import HTTPTypes
package import Hummingbird

/// The entity tag of a record: its version (docs/films-api.yaml, header `ETag`).
package enum RecordVersion {
    /// A strong tag (RFC 9110 section 8.8.3).
    package static func tag(_ version: Int64) -> String { "\"\(version)\"" }

    /// - Throws: ``FilmsError`` `precondition_failed` when `If-Match` names other versions only (RFC 9110 section 13.1.1).
    package static func check(_ request: Request, is version: Int64) throws(FilmsError) {
        guard let tags = Self.tags(of: request, .ifMatch) else { return }
        guard tags.contains("*") || tags.contains(Self.tag(version)) else {
            throw FilmsError(.preconditionFailed, .changedMeanwhile, ["version": "\(version)"])
        }
    }

    /// Whether the client has this version already (RFC 9110 section 13.1.2; weak comparison).
    package static func isKnown(_ request: Request, version: Int64) -> Bool {
        let tags = Self.tags(of: request, .ifNoneMatch) ?? []
        return tags.contains("*") || tags.contains(Self.tag(version)) || tags.contains("W/" + Self.tag(version))
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
