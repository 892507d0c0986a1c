/// Where each setting was set, for messages.
struct SettingsPlaces: Sendable {
    /// Begins the names of the program's variables.
    let program: String
    /// Keys that were given on the command line.
    let flags: Set<String>
    /// The names of the variables that are set.
    let variables: Set<String>
    /// Further variables, and the keys that they set.
    let aliases: [String: String]
    /// The configuration file, and the line of each of its keys.
    let file: (path: String, lines: [String: Int])?

    /// Where the value of `key` comes from; nil for the command line and for a default.
    func place(of key: String) -> String? {
        if self.flags.contains(key) { return nil }
        let variable = self.variable(of: key)
        if self.variables.contains(variable) { return variable }
        let alias = self.aliases.keys.sorted().first { self.aliases[$0] == key && self.variables.contains($0) }
        if let alias { return alias }
        return self.file.flatMap { file in
            // A key whose parts are missing stands, if anywhere, where its group begins.
            file.lines[key].map { "\(file.path), line \($0)" }
        }
    }

    /// The name of the variable that sets `key`, as swift-configuration makes it: `http.maximumConnections` of `mediad` is
    /// `MEDIAD_HTTP_MAXIMUM_CONNECTIONS`.
    func variable(of key: String) -> String {
        var name = ""
        var isAfterLowercase = false
        for character in "\(self.program).\(key)" {
            if isAfterLowercase, character.isUppercase { name.append("_") }
            isAfterLowercase = character.isLowercase
            name.append(character.isLetter || character.isNumber ? character.uppercased() : "_")
        }
        return name
    }

    /// The program's variables that no setting reads, sorted.
    ///
    /// Kubernetes and Docker give a container variables of this form for each service of the program's name
    /// (`MEDIAD_SERVICE_HOST`, `MEDIAD_PORT=tcp://10.0.0.1:8080`, `MEDIAD_PORT_8080_TCP_ADDR`): those set nothing and are no
    /// mistakes. Nor is what the program's tests set (`MEDIAD_TEST_SEED`).
    /// - Parameters:
    ///   - known: every key that was asked for.
    ///   - value: of a variable.
    func unknownVariables(known: Set<String>, value: (String) -> String?) -> [String] {
        let prefix = "\(self.program.uppercased())_"
        let names = Set(known.map(self.variable(of:))).union(self.aliases.keys)
        return self.variables.sorted().filter { variable in
            guard variable.hasPrefix(prefix), !names.contains(variable) else { return false }
            let rest = variable.dropFirst(prefix.count)
            if rest.hasPrefix("TEST_") { return false }
            if rest.hasPrefix("SERVICE_HOST") || rest.hasPrefix("SERVICE_PORT") { return false }
            guard rest == "PORT" || rest.contains(/^PORT_\d+_(TCP|UDP|SCTP)/) else { return true }
            return rest == "PORT" && value(variable)?.contains("://") != true
        }
    }
}
