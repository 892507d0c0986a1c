import FoundationEssentials
package import HTTPTypes
package import NIOCore

/// Problem details for HTTP APIs (RFC 9457), with a stable `code` for programs.
///
///     Problem(.notFound, code: "not_found", "There is nothing at this URL.").json
///     // {"code":"not_found","detail":"There is nothing at this URL.","status":404,
///     //  "title":"Not Found"}
package struct Problem: Hashable, Sendable {
    /// Of the response; its reason phrase is the `title`, where there is no other.
    package var status: HTTPResponse.Status
    /// What happened, for programs.
    package var code: String
    /// What happened and what to do, for people.
    package var detail: String
    /// A URI that names the kind of problem; nil until ``typed(in:)`` makes one of the code. Without one the problem is
    /// `about:blank` (RFC 9457 section 4.2.1).
    package var type: String?
    /// What the status is called in another language than English; nil: its reason phrase.
    package var title: String?
    /// Further members.
    package var members: [String: Member]

    /// - Parameter type: nil where nobody registered one.
    package init(
        _ status: HTTPResponse.Status,
        code: String,
        _ detail: String,
        type: String? = nil,
        members: [String: Member] = [:]
    ) {
        self.status = status
        self.code = code
        self.detail = detail
        self.type = type
        self.members = members
    }

    /// The problem with a type: its own, else that of its code in a service's namespace.
    package func typed(in namespace: ProblemNamespace) -> Problem {
        var problem = self
        problem.type = self.type ?? namespace.type(ofCode: self.code)
        return problem
    }

    /// The value of a further member.
    package enum Member: Hashable, Sendable {
        case number(Int64)
        case text(String)
        case texts([String])
        /// Objects; a value that is not known is null.
        case rows([[String: Value?]])
    }

    /// One value of an object in a further member.
    package enum Value: Hashable, Sendable, Encodable {
        case number(Int64)
        case text(String)

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .number(let number): try container.encode(number)
            case .text(let text): try container.encode(text)
            }
        }
    }

    /// The problem as JSON, also for whoever writes a response without a router.
    package var json: ByteBuffer { (try? JSON.encode(self)) ?? ByteBuffer(string: "{}") }

    /// The media type of ``json``.
    package static let contentType = "application/problem+json"
}

extension Problem: Encodable {
    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(_ name: String) { self.stringValue = name }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { return nil }
    }

    /// Writes the five members of RFC 9457 and ours, then the further ones.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encodeIfPresent(self.type, forKey: Key("type"))
        try container.encode(self.title ?? self.status.reasonPhrase, forKey: Key("title"))
        try container.encode(self.status.code, forKey: Key("status"))
        try container.encode(self.detail, forKey: Key("detail"))
        try container.encode(self.code, forKey: Key("code"))
        for (name, member) in self.members {
            switch member {
            case .number(let number): try container.encode(number, forKey: Key(name))
            case .text(let text): try container.encode(text, forKey: Key(name))
            case .texts(let texts): try container.encode(texts, forKey: Key(name))
            case .rows(let rows): try container.encode(rows, forKey: Key(name))
            }
        }
    }
}
