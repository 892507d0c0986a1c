import HTTPSemantics
import HTTPTypes
import Hummingbird
import MediaCore
import MediaEngine

/// What a request for events asks for.
struct FeedQuery {
    /// Nil: not said.
    var start: FeedHub.Start?
    var filter: FeedFilter
    /// How long to wait for a first event.
    var wait: Duration
    var limit: Int
    var ticket: String?
    /// Whether to hear how far uploads have come, too.
    var hasProgress: Bool

    /// Seconds that a request may wait.
    static let maximumWait = 60
    /// Events of a page.
    static let standardLimit = 100
    static let maximumLimit = 1000

    /// A parameter without a value is one that was not given: forms and templates send it so.
    ///
    /// - Throws: `invalid_request`, naming the parameter.
    init(_ request: Request) throws(MediaError) {
        let items = try RequestTarget(request).query
        let query = { (name: String) in items[name].flatMap { $0.isEmpty ? nil : $0 } }
        self.start = try query("since").map { text throws(MediaError) in try Self.start(text, "since") }
        self.filter = FeedFilter(
            collections: query("collection").map { [$0] } ?? [],
            entity: query("entity"),
            path: query("path")
        )
        self.wait = .seconds(try Self.number(query("wait"), "wait", 0...Self.maximumWait) ?? 0)
        self.limit = try Self.number(query("limit"), "limit", 1...Self.maximumLimit) ?? Self.standardLimit
        self.ticket = query("ticket")
        switch query("progress") {
        case "true": self.hasProgress = true
        case "false", nil: self.hasProgress = false
        default: throw MediaError(.invalidRequest, "progress must be true or false.")
        }
    }

    /// Where to go on after a connection broke: browsers say it in a field (HTML, "server-sent events"), whatever the address says.
    mutating func resume(_ request: Request) throws(MediaError) {
        guard let last = request.headers[.lastEventID], !last.isEmpty else { return }
        self.start = try Self.start(last, "Last-Event-ID")
    }

    /// `now`, or a cursor.
    static func start(_ text: String, _ name: String) throws(MediaError) -> FeedHub.Start {
        if text == "now" { return .now }
        guard let cursor = FeedCursor(text) else {
            throw MediaError(.invalidRequest, "\(name) must be a cursor of an earlier response, or \"now\".")
        }
        return .cursor(cursor)
    }

    /// What no event could fit is a mistake of whoever asks.
    static func check(_ filter: FeedFilter) throws(MediaError) {
        for (value, name) in [
            (filter.entity, "entity"), (filter.path, "path"), (filter.collections.first, "collection"),
        ]
        where value?.isEmpty == true {
            throw MediaError(.invalidRequest, "\(name) must not be empty; leave it out to hear of all.")
        }
    }

    private static func number(
        _ text: String?,
        _ name: String,
        _ range: ClosedRange<Int>
    ) throws(MediaError) -> Int? {
        guard let text else { return nil }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text), range.contains(number)
        else {
            throw MediaError(
                .invalidRequest,
                "\(name) must be a number from \(range.lowerBound) to \(range.upperBound)."
            )
        }
        return number
    }
}

extension HTTPField.Name {
    /// HTML, section 9.2 "Server-sent events".
    static let lastEventID = Self.literal("last-event-id")
    /// What nginx must not collect.
    static let xAccelBuffering = Self.literal("x-accel-buffering")
}
