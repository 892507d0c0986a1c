extension String {
    /// The first `limit` scalars, with control, format and other invisible characters as spaces: text that a file or a worker
    /// brought must not steer a terminal or forge a log line.
    package func bounded(to limit: Int) -> String {
        var result = String.UnicodeScalarView()
        for scalar in self.unicodeScalars.prefix(limit) {
            switch scalar.properties.generalCategory {
            case .control, .format, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: result.append(" ")
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
