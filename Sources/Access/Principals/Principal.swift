package import Primitives

/// Who makes a request, after the credentials were verified.
package struct Principal: Hashable, Sendable {
    /// By what it was recognized.
    package let kind: Kind
    /// The person that stands behind it, as the application names them (`sub` of a token, the owner of a grant): the owner of what is
    /// uploaded. Nil where there is none.
    package let subject: String?
    /// What it may do. Empty for a grant, which is a right of its own.
    package let scopes: ScopeSet
    /// After this it counts no more, leeway included; nil for never.
    package let end: Timestamp?
    /// What identifies the key that a token was verified with; nil for others. The token counts as long as that key is trusted.
    package let verifiedBy: String?

    /// By what a principal was recognized.
    package enum Kind: Hashable, Sendable {
        /// By nothing: no credentials came.
        case anonymous
        /// The service is open to whoever reaches it.
        case open
        /// A key of the API service.
        case key(KeyID)
        /// A token that somebody else's authority signed (RFC 7519).
        case token
        /// A grant for one upload.
        case grant(UploadGrant)
    }

    /// Of a subject, in UTF-8.
    package static let maximumSubjectLengthBytes = 255

    /// Whether a text can name a person: 1 to ``maximumSubjectLengthBytes`` bytes without U+0000, which PostgreSQL's texts cannot hold.
    package static func isSubject(_ text: String) -> Bool {
        (1...Self.maximumSubjectLengthBytes).contains(text.utf8.count) && !text.utf8.contains(0)
    }

    private init(kind: Kind, subject: String?, scopes: ScopeSet, end: Timestamp?, verifiedBy: String? = nil) {
        self.kind = kind
        self.subject = subject
        self.scopes = scopes
        self.end = end
        self.verifiedBy = verifiedBy
    }

    /// Somebody without credentials.
    package static let anonymous = Principal(kind: .anonymous, subject: nil, scopes: .none, end: nil)
    /// Somebody who reached an open service.
    package static let open = Principal(kind: .open, subject: nil, scopes: .all, end: nil)

    /// A service with a key.
    package static func key(_ id: KeyID, scopes: ScopeSet, end: Timestamp?) -> Principal {
        Principal(kind: .key(id), subject: nil, scopes: scopes, end: end)
    }

    /// Somebody with a token.
    package static func token(
        subject: String?,
        scopes: ScopeSet,
        end: Timestamp?,
        verifiedBy: String? = nil
    ) -> Principal {
        Principal(kind: .token, subject: subject, scopes: scopes, end: end, verifiedBy: verifiedBy)
    }

    /// Somebody with a grant. Its end bounds the beginning of an upload, not the principal: a transfer begun in time may end.
    package static func grant(_ grant: UploadGrant) -> Principal {
        Principal(kind: .grant(grant), subject: grant.owner, scopes: .none, end: nil)
    }

    /// The grant that it came with; nil for others.
    package var grant: UploadGrant? {
        guard case .grant(let grant) = self.kind else { return nil }
        return grant
    }

    /// What can be kept of it, to know it again when it comes back; nil where only the subject can be.
    package var credential: Credential? {
        switch self.kind {
        case .key(let id): .key(id)
        case .grant(let grant): .grant(id: grant.id)
        case .anonymous, .open, .token: nil
        }
    }

    /// A key or a grant, by what identifies it.
    package enum Credential: Hashable, Sendable {
        case key(KeyID)
        case grant(id: String)

        /// As it is kept: `key:` or `grant:` and the identifier.
        package var text: String {
            switch self {
            case .key(let id): "key:\(id)"
            case .grant(let id): "grant:\(id)"
            }
        }

        /// Reads ``text`` again; nil for anything else.
        package init?(_ text: String) {
            if text.hasPrefix("grant:") {
                self = .grant(id: String(text.dropFirst(6)))
            } else if text.hasPrefix("key:"), let id = KeyID(String(text.dropFirst(4))) {
                self = .key(id)
            } else {
                return nil
            }
        }
    }

    /// The same, on behalf of somebody whom something in front of the service named; who has a subject keeps it.
    package func acting(for name: String?) -> Principal {
        Principal(
            kind: self.kind,
            subject: self.subject ?? name,
            scopes: self.scopes,
            end: self.end,
            verifiedBy: self.verifiedBy
        )
    }

    /// Whether it is on behalf of this person. By bytes: to Swift two spellings of a letter are one.
    package func isSubject(_ name: String?) -> Bool {
        guard let name, let subject = self.subject else { return false }
        return subject.utf8.elementsEqual(name.utf8)
    }

    /// Whether it said who it is.
    package var isAuthenticated: Bool { self.kind != .anonymous }

    /// Whether it may do everything, what is other people's included.
    package var mayManage: Bool { self.scopes.allows(.manage) }
}

/// The public part of a key, by which it is listed and revoked.
package struct KeyID: Hashable, Sendable, CustomStringConvertible {
    /// 12 characters of base32 in lower case.
    package let text: String

    /// Takes an identifier that was made here, or checks the form of one that came from outside: nil for what cannot be one.
    package init?(_ text: String) {
        guard text.utf8.count == 12, text.utf8.allSatisfy({ Self.alphabet.contains($0) }) else { return nil }
        self.text = text
    }

    package var description: String { self.text }

    private static let alphabet = Set("abcdefghijklmnopqrstuvwxyz234567".utf8)
}
