/// A field of a film that people change. Each has a version of its own.
enum MovieField: String, CaseIterable, Hashable, Sendable {
    case title, description, year, rating, categories, tags, posterFileId, trailerFileId

    /// What it is when nobody has said anything; the title has to be said.
    var defaultValue: JSONValue {
        switch self {
        case .title, .description: .text("")
        case .year, .rating, .posterFileId, .trailerFileId: .null
        case .categories, .tags: .array([])
        }
    }

    /// What a file in this field is for; nil: it is no file.
    var purpose: FilePurpose? {
        switch self {
        case .posterFileId: .poster
        case .trailerFileId: .trailer
        default: nil
        }
    }
}

/// The editable fields of a film. A value; fields that are missing have their default.
struct MovieValues: Hashable, Sendable {
    private var values: [MovieField: JSONValue]

    init(_ values: [MovieField: JSONValue] = [:]) { self.values = values }

    subscript(field: MovieField) -> JSONValue {
        get { self.values[field] ?? field.defaultValue }
        set { self.values[field] = newValue }
    }

    func text(_ field: MovieField) -> String {
        guard case .text(let text) = self[field] else { return "" }
        return text
    }

    func texts(_ field: MovieField) -> [String] {
        guard case .array(let values) = self[field] else { return [] }
        return values.compactMap { value in
            guard case .text(let text) = value else { return nil }
            return text
        }
    }

    func number(_ field: MovieField) -> Double? {
        guard case .number(let number) = self[field] else { return nil }
        return number
    }

    func id(_ field: MovieField) -> RecordID? {
        guard case .text(let text) = self[field] else { return nil }
        return RecordID(text)
    }

    /// The files that it refers to.
    var files: [RecordID] { [self.id(.posterFileId), self.id(.trailerFileId)].compactMap(\.self) }
}
