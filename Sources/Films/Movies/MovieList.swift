import Hummingbird
import Postgres

/// Which films a list has, in which order.
struct MovieList: Hashable, Sendable {
    var search: String?
    var category: String?
    var tag: String?
    var yearFrom: Int?
    var yearTo: Int?
    var ratingFrom: Double?
    var addedBy: RecordID?
    var sort: Sort = .added
    var limit = 50
    var cursor: String?

    /// Orders of lists. What has no value comes last.
    enum Sort: String, CaseIterable, Hashable, Sendable {
        case added, title, year, rating, liked

        /// The column that it goes by; `id` decides between equal ones.
        var column: PostgresQuery {
            switch self {
            case .added: "m.created_at"
            case .title: "m.title_key"
            case .year: "m.year_key"
            case .rating: "m.rating_key"
            case .liked: "m.liked_key"
            }
        }

        /// How a cursor's text is read.
        var type: PostgresQuery {
            switch self {
            case .added: "timestamptz"
            case .title: "text"
            case .year: "integer"
            case .rating, .liked: "numeric"
            }
        }

        var isAscending: Bool { self == .title }
    }

    static let parameters = [
        "search", "category", "tag", "yearFrom", "yearTo", "ratingFrom", "addedBy", "sort", "limit", "cursor",
    ]

    init(_ request: Request) throws(FilmsError) {
        let query = QueryReader(request)
        self.search = try query.text("search", atMost: 200)
        self.category = try query.text("category", atMost: 50).map(Self.asKept)
        self.tag = try query.text("tag", atMost: 50).map(Self.asKept)
        self.yearFrom = try query.integer("yearFrom", 1870...2200)
        self.yearTo = try query.integer("yearTo", 1870...2200)
        self.ratingFrom = try query.number("ratingFrom", 0...10)
        self.addedBy = try query.id("addedBy")
        self.sort = try query.choice("sort", of: Sort.self) ?? .added
        self.limit = try query.integer("limit", 1...200) ?? 50
        self.cursor = try query.text("cursor", atMost: 500)
    }

    init() {}

    /// A word in the form in which films have it; one that no film can have stays as it is, and finds nothing.
    private static func asKept(_ word: String) -> String {
        (try? TextRules.clean(word, 0...50, allowsLines: false).get()) ?? word
    }

    /// What a cursor is good for: the account, and all but the limit.
    func scope(of account: RecordID) -> String {
        let parts: [String?] = [
            "movies", account.description, self.search, self.category, self.tag, self.yearFrom.map { "\($0)" },
            self.yearTo.map { "\($0)" }, self.ratingFrom.map { "\($0)" }, self.addedBy?.description, self.sort.rawValue,
        ]
        // A unit separator stands in no parameter that means anything.
        return parts.map { $0 ?? "" }.joined(separator: "\u{1F}")
    }

    /// Whether a condition is one of which the database knows only roughly how many films meet it: no list of frequent words has a rare one.
    var hasWords: Bool { self.category != nil || self.tag != nil }

    /// The conditions, without the cursor's.
    var condition: PostgresQuery {
        var condition: PostgresQuery = "true"
        func and(_ other: PostgresQuery) { condition = "\(fragment: condition) AND \(fragment: other)" }
        for pattern in MovieTexts.patterns(ofSearch: self.search ?? "") { and("m.search_text LIKE \(pattern)") }
        if let category = self.category { and("m.categories @> ARRAY[\(category)::text]") }
        if let tag = self.tag { and("m.tags @> ARRAY[\(tag)::text]") }
        if let year = self.yearFrom { and("m.year_key >= \(year)") }
        if let year = self.yearTo { and("m.year_key <= \(year) AND m.year IS NOT NULL") }
        if let rating = self.ratingFrom { and("m.rating_key >= \(rating)::numeric") }
        if let id = self.addedBy { and("m.added_by = \(id)") }
        return condition
    }
}
