/// What is wrong with the text of a scope.
package enum ScopeError: Error, Hashable, Sendable {
    /// There is no such right.
    case unknownRight(String)
    /// The right is for files, and none are named.
    case noPattern(String)
    /// The right is for the whole service, and files are named.
    case unexpectedPattern(String)
    /// The pattern has no slash behind a collection.
    case noCollection
    /// The pattern has nothing behind the collection.
    case noName
    /// A star stands elsewhere than at the end of the name.
    case starInside
    /// Longer, or deeper, than any name.
    case tooLong
    /// No file can have such a name; the rule that is broken.
    case invalidName(String)
    /// More scopes than one principal may have.
    case tooMany(limit: Int)
}

extension ScopeError: CustomStringConvertible {
    /// What happened, and what is allowed.
    package var description: String {
        switch self {
        case .unknownRight(let text):
            "There is no right \"\(text)\". There are \(Scope.forms)."
        case .noPattern(let right):
            "\"\(right)\" needs files: \(right):<collection>/<name>, with one * at the end for all that begin so."
        case .unexpectedPattern(let right):
            "\"\(right)\" is for the whole service and takes no files."
        case .noCollection:
            "Files are written as <collection>/<name>, such as posters/1, posters/* or *."
        case .noName:
            "A name is missing behind the collection; posters/* means all of them."
        case .starInside:
            "A * stands once, at the end of the name."
        case .tooLong:
            "The pattern is longer than any name can be."
        case .invalidName(let reason):
            reason
        case .tooMany(let limit):
            "There are more than \(limit) scopes."
        }
    }
}
