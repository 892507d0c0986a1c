import FoundationEssentials
import Postgres
import Primitives

/// A film as the database has it, for those who change it.
struct MovieRow: Sendable {
    var id: RecordID
    var addedBy: RecordID?
    var version: Int64
    var values: MovieValues
    var fieldVersions: [String: Int64]
    var fieldAuthors: [String: FieldAuthor]

    /// Who gave a field its value, and when.
    struct FieldAuthor: Hashable, Sendable, Codable {
        var by: RecordID?
        /// RFC 3339.
        var at: String
    }

    static let columns: PostgresQuery = """
        id, added_by, version, title, description, year, rating, categories, tags, poster_file_id, trailer_file_id, \
        field_versions, field_authors
        """

    /// - Throws: `forbidden` to all but who added the film and administrators.
    func requireChange(by caller: Caller) throws(FilmsError) {
        guard caller.isAdministrator || self.addedBy == caller.accountID else {
            throw FilmsError(.forbidden, .onlyWhoAdded)
        }
    }

    private static func text(_ id: RecordID?) -> JSONValue { id.map { .text($0.description) } ?? .null }

    private static func json<Content: Decodable>(_ text: String) throws -> Content {
        try JSONDecoder().decode(Content.self, from: Data(text.utf8))
    }
}

extension MovieRow {
    /// Reads ``columns``.
    init(_ row: PostgresRow) throws {
        self.id = try row.decode("id")
        self.addedBy = try row.decode("added_by")
        self.version = try row.decode("version")
        var values = MovieValues()
        values[.title] = .text(try row.decode("title"))
        values[.description] = .text(try row.decode("description"))
        values[.year] = try row.decode("year", as: Int?.self).map { .number(Double($0)) } ?? .null
        values[.rating] = try row.decode("rating", as: Double?.self).map { .number($0) } ?? .null
        values[.categories] = .array(try row.decode("categories", as: [String].self).map { .text($0) })
        values[.tags] = .array(try row.decode("tags", as: [String].self).map { .text($0) })
        values[.posterFileId] = Self.text(try row.decode("poster_file_id"))
        values[.trailerFileId] = Self.text(try row.decode("trailer_file_id"))
        self.values = values
        self.fieldVersions = try Self.json(try row.decode("field_versions"))
        self.fieldAuthors = try Self.json(try row.decode("field_authors"))
    }
}
