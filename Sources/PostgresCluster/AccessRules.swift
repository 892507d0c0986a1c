/// Who may connect: the owner of the server processes, the user of this process and root, each as the role `mediad`.
///
/// `peer` authentication asks the kernel who is at the other end of the socket ("Peer Authentication" in the PostgreSQL
/// manual), so no password exists that could leak, and no other local user gets in even with the directory open.
package struct AccessRules: Sendable, Equatable {
    /// The role that owns everything, and the name of the database.
    package static let role = "mediad"

    /// System user names that are let in.
    package let users: [String]

    /// The rules for a server that runs as `account`, started by the user `currentUser`.
    package init(account: ServerAccount, currentUser: String?) {
        var users = [account.name]
        for user in [currentUser, "root"].compactMap({ $0 }) where !users.contains(user) { users.append(user) }
        self.users = users
    }

    /// The text of `pg_hba.conf`.
    package var hostBasedAuthentication: String {
        """
        # Written at every start. Only the Unix socket, and only the users of the map in pg_ident.conf.
        local all all peer map=mediad

        """
    }

    /// The text of `pg_ident.conf`.
    package var identityMap: String {
        // A leading slash would make a name a regular expression, and a quote would end the token; neither is in a valid name.
        let lines = users.filter { !$0.hasPrefix("/") && !$0.contains("\"") }.map { "mediad \"\($0)\" \(Self.role)" }
        return "# Written at every start.\n" + lines.joined(separator: "\n") + "\n"
    }
}
