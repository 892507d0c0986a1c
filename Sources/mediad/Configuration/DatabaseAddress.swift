import Postgres

/// Judges `database.url` before libpq sees it, whose own messages quote what they could not read: parts of the password.
enum DatabaseAddress {
    /// What is wrong with a URL or a conninfo string, to complete "It must be"; nil when nothing is seen.
    ///
    /// Finds what libpq would take for something else, and what it cannot read; its own words are left out.
    static func mistake(in text: String) -> String? {
        guard text == text.trimmed else { return "without white space before and behind it" }
        guard let scheme = text.firstRange(of: "://") else {
            return text.contains("=")
                ? Self.unreadable(text)
                : "a URL that begins with postgresql://, or a conninfo string such as \"host=db dbname=app user=media\""
        }
        let isConnectionInformation = text[..<scheme.lowerBound].contains("=")
        if isConnectionInformation { return Self.unreadable(text) }
        guard ["postgresql", "postgres"].contains(text[..<scheme.lowerBound]) else {
            return "a URL that begins with postgresql://"
        }
        return Self.mistake(inAuthority: text[scheme.upperBound...]) ?? Self.unreadable(text)
    }

    private static func unreadable(_ text: String) -> String? {
        guard (try? PostgresConfiguration(connectionString: text).validate()) == nil else { return nil }
        return
            "what libpq reads: a URL whose escapes (%40) are whole, or words such as host=db, quoted where they hold spaces"
    }

    /// `user:password@host:5432,other:5432/database?options` (libpq documentation, section 34.1.1.2).
    private static func mistake(inAuthority rest: Substring) -> String? {
        let escapes = "a URL in which @, /, ?, #, : and % of the password are escaped: %40, %2F, %3F, %23, %3A, %25"
        let path = rest.prefix { $0 != "?" }
        // libpq ends the password at the first @, and the host at the first slash: what is left would be a host, and be told.
        guard path.count(where: { $0 == "@" }) <= 1 else { return escapes }
        let authority = path.prefix { $0 != "/" }
        guard !path.dropFirst(authority.count).contains("@") else { return escapes }
        // What stands behind ? without = is the rest of a password with one.
        let options = rest.dropFirst(path.count).dropFirst().split(separator: "&")
        guard options.allSatisfy({ $0.contains("=") && !$0.prefix { $0 != "=" }.contains("@") }) else { return escapes }
        let hosts = authority.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).last ?? ""
        for host in hosts.split(separator: ",", omittingEmptySubsequences: false) {
            let name = host.hasPrefix("[") ? host.drop { $0 != "]" }.dropFirst() : host.drop { $0 != ":" }
            guard name.isEmpty || name == ":" || name.first == ":" && Self.isPort(name.dropFirst()) else {
                return "a URL whose port is a number; a user and a password stand before an @, as in user:password@host"
            }
        }
        return nil
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.allSatisfy { $0.isASCII && $0.isNumber } && Int(text).map { (1...65535).contains($0) } == true
    }
}

extension String {
    fileprivate var trimmed: Substring {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
