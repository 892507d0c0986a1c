/// Makes hashes of passwords, and compares passwords with them. Slow on purpose, and bounded.
package protocol PasswordHashing: Sendable {
    /// A hash with a salt of its own, in the PHC string format.
    /// - Throws: ``FilmsError`` `busy`.
    func hash(_ password: String) async throws(FilmsError) -> String

    /// Compares a password with a hash.
    ///
    /// - Parameter hash: nil where there is no such account: then it takes as long as with one.
    /// - Throws: ``FilmsError`` `busy`.
    func check(_ password: String, against hash: String?) async throws(FilmsError) -> PasswordVerdict
}

/// What a comparison found.
package enum PasswordVerdict: Hashable, Sendable {
    case wrong
    /// The replacement is a hash by the present parameters, where the kept one is by weaker ones.
    case right(replacement: String?)
}
