import Primitives

extension MovieRow {
    /// Gives fields their new values. A field that has its value already stays as it is, so that a repeated change changes nothing.
    ///
    /// - Parameters:
    ///   - author: who changes it.
    ///   - now: when.
    /// - Returns: what was replaced although the author had not seen it.
    mutating func apply(
        _ change: MovieChange,
        by author: RecordID,
        at now: Timestamp
    ) -> [MovieConflicts.Overwritten] {
        let fields = MovieField.allCases.filter { field in
            change.values[field].map { $0 != self.values[field] } ?? false
        }
        guard !fields.isEmpty else { return [] }
        self.version += 1
        var overwritten: [MovieConflicts.Overwritten] = []
        for field in fields {
            guard let value = change.values[field] else { continue }
            let last = self.fieldAuthors[field.rawValue]
            if let base = change.baseVersions[field], base < self.fieldVersions[field.rawValue] ?? 1 {
                overwritten.append(
                    .init(
                        field: field,
                        old: self.values[field],
                        new: value,
                        loser: last?.by,
                        at: last?.at ?? now.description
                    )
                )
            }
            self.values[field] = value
            self.fieldVersions[field.rawValue] = self.version
            self.fieldAuthors[field.rawValue] = FieldAuthor(by: author, at: now.description)
        }
        return overwritten
    }
}
