import FoundationEssentials
import MediaCore
import Postgres

extension Upload {
    /// The columns that ``init(row:)`` reads.
    static let columns: PostgresQuery = """
        id, transport, kind, parts, length, reserved, collection, name, filename, filetype, replace, metadata, \
        concatenation, expected_sha256, client, owner, began_with, conditions::text AS conditions, state, file_id, problem::text AS problem, created_at, updated_at, \
        expires_at
        """

    init(row: PostgresRow) throws {
        let transport: String = try row.decode("transport")
        let state: String = try row.decode("state")
        guard let transport = Transport(rawValue: transport), let state = State(rawValue: state) else {
            throw PostgresError(.decoding, "an unknown transport or state of an upload: \(transport), \(state)")
        }
        self.init(
            id: try row.decode("id"),
            transport: transport,
            kind: try Self.kind(of: row),
            length: try row.decode("length", as: Int64?.self).map { ByteCount(bytes: $0) },
            target: Target(
                collection: try row.decode("collection"),
                name: try row.decode("name"),
                filename: try row.decode("filename"),
                filetype: try row.decode("filetype"),
                replace: try row.decode("replace")
            ),
            metadata: try row.decode("metadata"),
            concatenation: try row.decode("concatenation"),
            expectedDigest: try row.decode("expected_sha256"),
            client: try row.decode("client"),
            owner: try row.decode("owner"),
            beganWith: try row.decode("began_with"),
            conditions: try row.decode("conditions", as: String?.self).map {
                try JSONDecoder().decode(UploadConditions.self, from: Data($0.utf8))
            } ?? .none,
            createdAt: try row.decode("created_at"),
            expiresAt: try row.decode("expires_at")
        )
        self.reserved = ByteCount(bytes: try row.decode("reserved"))
        self.state = state
        self.fileID = try row.decode("file_id")
        self.problem = try row.decode("problem", as: String?.self).map {
            try JSONDecoder().decode(Problem.self, from: Data($0.utf8))
        }
        self.updatedAt = try row.decode("updated_at")
    }

    private static func kind(of row: PostgresRow) throws -> Kind {
        let kind: String = try row.decode("kind")
        switch kind {
        case "whole": return .whole
        case "partial": return .partial
        case "final":
            let parts = try row.decode("parts", as: [String].self).map { text in
                guard let id = UploadID(text) else {
                    throw PostgresError(.decoding, "a part of an upload has no id of an upload: \(text)")
                }
                return id
            }
            return .final(parts: parts)
        default: throw PostgresError(.decoding, "an unknown kind of an upload: \(kind)")
        }
    }

    /// The kind for its column.
    var kindName: String {
        switch self.kind {
        case .whole: "whole"
        case .partial: "partial"
        case .final: "final"
        }
    }

    /// The parts for their column; nil for all but a final one.
    var partNames: [String]? {
        guard case .final(let parts) = self.kind else { return nil }
        return parts.map(\.text)
    }

    /// The conditions as JSON text; nil for none.
    func encodedConditions() throws -> String? {
        guard self.conditions != .none else { return nil }
        return String(decoding: try JSONEncoder().encode(self.conditions), as: UTF8.self)
    }

    /// The problem as JSON text.
    func encodedProblem() throws -> String? {
        guard let problem = self.problem else { return nil }
        return String(decoding: try JSONEncoder().encode(problem.withoutNUL), as: UTF8.self)
    }
}

extension Upload.Problem {
    /// The problem as `jsonb` can hold it (section 8.14: no U+0000). A message may quote what a client sent; an upload must
    /// not stay in `processing` for that.
    fileprivate var withoutNUL: Upload.Problem {
        func clean(_ text: String) -> String {
            guard text.utf8.contains(0) else { return text }
            return String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
        }
        var details: [String: MediaError.Detail] = [:]
        for (key, detail) in self.details {
            details[clean(key)] = .texts((details[clean(key)]?.texts ?? []) + detail.texts.map(clean))
        }
        var problem = self
        problem.code = clean(self.code)
        problem.message = clean(self.message)
        problem.details = details
        return problem
    }
}
