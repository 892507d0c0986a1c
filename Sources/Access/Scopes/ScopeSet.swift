/// The rights that one principal has.
package struct ScopeSet: Hashable, Sendable {
    /// In the order in which they were given, each once.
    package let scopes: [Scope]

    /// That one principal may have: each decision looks through them.
    package static let maximumCount = 100

    /// No right.
    package static let none = ScopeSet(trusted: [])
    /// Every right.
    package static let all = ScopeSet(trusted: [.manage])

    private init(trusted scopes: [Scope]) { self.scopes = scopes }

    /// - Throws: ``ScopeError/tooMany(limit:)``.
    package init(_ scopes: [Scope]) throws(ScopeError) {
        guard scopes.count <= Self.maximumCount else { throw .tooMany(limit: Self.maximumCount) }
        var seen = Set<Scope>()
        self.init(trusted: scopes.filter { seen.insert($0).inserted })
    }

    /// Reads the scopes of a token: texts with single spaces in between (RFC 6749 section 3.3).
    ///
    /// A right that this service does not know is not one of it, and is passed over: a token may carry rights for other services too.
    /// A pattern that is not one is a mistake of whoever wrote the token.
    ///
    /// - Throws: ``ScopeError``.
    package init(token text: String) throws(ScopeError) {
        // One more than there may be: the rest is not looked at.
        try self.init(claimed: text.split(separator: " ", maxSplits: Self.maximumCount).map(String.init))
    }

    /// Takes the scopes of a token, one text for each. One with a space in it is a scope with a space in it, and never two.
    ///
    /// - Throws: ``ScopeError``.
    package init(claimed texts: [String]) throws(ScopeError) {
        guard texts.count <= Self.maximumCount else { throw .tooMany(limit: Self.maximumCount) }
        var scopes: [Scope] = []
        for text in texts {
            do {
                scopes.append(try Scope(text))
            } catch ScopeError.unknownRight {
                continue
            }
        }
        try self.init(scopes)
    }

    /// Whether an action on a file is among the rights.
    ///
    /// - Parameter name: as stored, without the extension; nil for one that the daemon chooses.
    package func allows(_ action: FileAction, collection: String, name: String?) -> Bool {
        self.scopes.contains { scope in
            switch scope {
            case .manage: true
            case .files(action, let pattern): pattern.covers(collection: collection, name: name)
            default: false
            }
        }
    }

    /// Whether changes of a file may be heard.
    package func allowsEvents(collection: String, name: String) -> Bool {
        self.scopes.contains { scope in
            switch scope {
            case .manage: true
            case .events(let pattern): pattern.covers(collection: collection, name: name)
            default: false
            }
        }
    }

    /// Whether changes of any file at all may be heard.
    package var mayAllowEvents: Bool {
        self.scopes.contains { scope in
            switch scope {
            case .manage, .events: true
            default: false
            }
        }
    }

    /// The files on which an action may be done.
    package func patterns(of action: FileAction) -> [NamePattern] {
        self.scopes.compactMap { scope in
            if case .files(action, let pattern) = scope { pattern } else { nil }
        }
    }

    /// Whether a right of the whole service is among them.
    package func allows(_ scope: Scope) -> Bool { self.scopes.contains { $0.covers(scope) } }

    /// Whether there is any file on which one of the actions may be done: it is then worth looking closer.
    ///
    /// - Parameter collection: nil for whichever.
    package func mayAllow(_ actions: Set<FileAction>, collection: String?) -> Bool {
        self.scopes.contains { scope in
            switch scope {
            case .manage: true
            case .files(let action, let pattern):
                actions.contains(action)
                    && (collection == nil || pattern.collection == nil || pattern.collection == collection)
            default: false
            }
        }
    }
}
