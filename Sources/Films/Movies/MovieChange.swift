import Primitives

/// What a request wants of a film's fields: checked, in the form in which they are kept.
struct MovieChange: Hashable, Sendable {
    /// Only the fields that shall have a value.
    var values: [MovieField: JSONValue]
    /// For each field the version that the person had seen.
    var baseVersions: [MovieField: Int64] = [:]

    /// Reads `PATCH`: the fields that are named.
    static func patch(_ body: RequestBody) throws(FilmsError) -> MovieChange {
        guard !body.members.isEmpty else { throw FilmsError(.invalidRequest, .noField) }
        var reader = FieldReader(body)
        var values: [MovieField: JSONValue] = [:]
        for field in MovieField.allCases where reader.has(field.rawValue) {
            values[field] = try Self.value(of: field, &reader)
        }
        try reader.finish()
        return MovieChange(values: values, baseVersions: try Self.baseVersions(body))
    }

    /// Reads `PUT`: all fields, those that are absent with their default.
    static func replacement(_ body: RequestBody) throws(FilmsError) -> MovieChange {
        var reader = FieldReader(body)
        let values = try Self.all(&reader)
        try reader.finish()
        return MovieChange(values: values, baseVersions: try Self.baseVersions(body))
    }

    /// Reads `POST`: all fields, and the id.
    static func creation(_ body: RequestBody, now: Timestamp) throws(FilmsError) -> (id: RecordID, MovieChange) {
        var reader = FieldReader(body)
        let id = try reader.newID(now: now)
        let values = try Self.all(&reader)
        try reader.finish()
        guard let id else { throw FilmsError.defect("An id that was required is missing.") }
        return (id, MovieChange(values: values))
    }

    private static func all(_ reader: inout FieldReader) throws(FilmsError) -> [MovieField: JSONValue] {
        var values: [MovieField: JSONValue] = [:]
        for field in MovieField.allCases { values[field] = try Self.value(of: field, &reader) }
        return values
    }

    private static func value(of field: MovieField, _ reader: inout FieldReader) throws(FilmsError) -> JSONValue {
        let name = field.rawValue
        let value: JSONValue? =
            switch field {
            case .title: try reader.text(name, 1...200, isRequired: true).map { .text($0) }
            case .description: try reader.text(name, 0...10_000, allowsLines: true).map { .text($0) }
            case .year: try reader.integer(name, 1870...2200, else: .year).map { .number(Double($0)) }
            case .rating: try reader.rating(name).map { .number($0) }
            case .categories, .tags:
                try reader.texts(name, 1...50, atMost: 30).map { .array($0.map { .text($0) }) }
            case .posterFileId, .trailerFileId: try reader.id(name).map { .text($0.description) }
            }
        return value ?? field.defaultValue
    }

    /// Fields that nobody knows are passed over.
    private static func baseVersions(_ body: RequestBody) throws(FilmsError) -> [MovieField: Int64] {
        guard let value = body.members["baseVersions"], value != .null else { return [:] }
        let wrong = FieldReader.wrongType("baseVersions", .mustBeVersions)
        guard case .object(let members) = value else { throw wrong }
        var versions: [MovieField: Int64] = [:]
        for (name, value) in members {
            guard case .number(let number) = value, let version = Int64(exactly: number), version >= 0 else {
                throw wrong
            }
            if let field = MovieField(rawValue: name) { versions[field] = version }
        }
        return versions
    }
}
