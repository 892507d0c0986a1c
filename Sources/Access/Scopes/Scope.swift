/// A right: what may be done, and to which files.
///
///     try Scope("read:posters/*")
///     try Scope("upload:avatars/user1")
///     try Scope("manage")
///
/// `read`, `upload`, `replace`, `delete` and `events` name files (``NamePattern``). `link` and `monitor` are for the service as a whole,
/// and `manage` is every right at once, what concerns other people's uploads included.
package enum Scope: Hashable, Sendable {
    /// An action on the files of a pattern.
    case files(FileAction, NamePattern)
    /// To hear what changes about the files of a pattern.
    case events(NamePattern)
    /// To say which things of the application use a file.
    case link
    /// To read what the service counts.
    case monitor
    /// Everything.
    case manage

    /// The forms, for messages.
    static let forms =
        "read:, upload:, replace:, delete: and events: with <collection>/<name>, and link, monitor and manage"

    /// Reads a scope.
    ///
    /// - Throws: ``ScopeError``.
    package init(_ text: String) throws(ScopeError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let right = String(parts[0])
        let pattern = parts.count == 2 ? String(parts[1]) : nil
        if let action = FileAction(rawValue: right) {
            self = .files(action, try Self.pattern(pattern, of: right))
            return
        }
        switch right {
        case "events": self = .events(try Self.pattern(pattern, of: right))
        case "link": self = try Self.whole(.link, pattern, right)
        case "monitor": self = try Self.whole(.monitor, pattern, right)
        case "manage": self = try Self.whole(.manage, pattern, right)
        default: throw .unknownRight(String(right.prefix(40)))
        }
    }

    private static func pattern(_ text: String?, of right: String) throws(ScopeError) -> NamePattern {
        guard let text, !text.isEmpty else { throw .noPattern(right) }
        return try NamePattern(text)
    }

    private static func whole(_ scope: Scope, _ pattern: String?, _ right: String) throws(ScopeError) -> Scope {
        guard pattern == nil else { throw .unexpectedPattern(right) }
        return scope
    }

    /// Whether this right includes the other one.
    package func covers(_ other: Scope) -> Bool {
        switch (self, other) {
        case (.manage, _): true
        case (.files(let mine, let pattern), .files(let others, let otherPattern)):
            mine == others && pattern.covers(otherPattern)
        case (.events(let pattern), .events(let otherPattern)): pattern.covers(otherPattern)
        default: self == other
        }
    }
}

extension Scope: CustomStringConvertible {
    package var description: String {
        switch self {
        case .files(let action, let pattern): "\(action.rawValue):\(pattern)"
        case .events(let pattern): "events:\(pattern)"
        case .link: "link"
        case .monitor: "monitor"
        case .manage: "manage"
        }
    }
}

/// What is done to a file.
package enum FileAction: String, Hashable, Sendable, CaseIterable {
    /// Its bytes, its record and what is made from it.
    case read
    /// A new file at a free name.
    case upload
    /// New bytes at a name that is taken, and what is said of a file in its record.
    case replace
    /// The file goes.
    case delete
}
