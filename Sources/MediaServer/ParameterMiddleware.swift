import HTTPSemantics
import HTTPServing
import HTTPTypes
import Hummingbird
import MediaCore

/// Refuses queries with names that the request's route does not have: a misspelt filter would otherwise list everything, and a misspelt
/// `replace` keep the old file. A name that is there twice is refused too: proxies and applications in front may take the other one.
struct ParameterMiddleware: RouterMiddleware {
    typealias Context = MediaRequestContext

    /// Writes the line of the log about an upload that is refused here.
    let uploads: UploadEndpoint

    func handle(
        _ request: Request,
        context: MediaRequestContext,
        next: (Request, MediaRequestContext) async throws -> Response
    ) async throws -> Response {
        guard let route = context.match?.route, let known = route.parameters, request.method != .options,
            route.operation(request.method) != nil, request.uri.query != nil
        else { return try await next(request, context) }
        let query = try RequestTarget(request).query
        guard let refusal = Self.refusal(of: query, known: known) else { return try await next(request, context) }
        guard route.crossOrigin == .uploading, [.post, .patch].contains(request.method) else { throw refusal }
        let upload = UploadRequest(request, context, settings: self.uploads.settings)
        return try await self.uploads.accounting(upload, context.logger) {
            UploadAccount.current?.note(collection: query["collection"], name: query["name"])
            throw refusal
        }
    }

    private static func refusal(of query: QueryItems, known: [String]) -> MediaError? {
        let names = query.items.map(\.name)
        if let unknown = names.first(where: { !known.contains($0) }) { return Self.refusal(of: unknown, known: known) }
        var seen: Set<String> = []
        return names.first { !seen.insert($0).inserted }.map { repeated in
            MediaError(
                .invalidRequest,
                "The query parameter \"\(repeated)\" is there more than once; it is not known which one counts."
            )
        }
    }

    private static func refusal(of name: String, known: [String]) -> MediaError {
        let shown = String(name.prefix(64))
        guard let nearest = NearestName.of(name, in: known) else {
            return MediaError(
                .invalidRequest,
                known.isEmpty
                    ? "The query parameter \"\(shown)\" is not known. This URL takes none."
                    : "The query parameter \"\(shown)\" is not known. Known are: \(known.joined(separator: ", ")).",
                details: ["allowed": .texts(known)]
            )
        }
        return MediaError(
            .invalidRequest,
            "The query parameter \"\(shown)\" is not known. Did you mean \"\(nearest)\"?",
            details: ["allowed": .texts(known), "nearest": .texts([nearest])]
        )
    }
}

/// The known name that somebody may have meant.
enum NearestName {
    /// The name that fewest insertions, removals and replacements of a letter lead to, whatever the case of letters and with `-` and `_` left
    /// out; the first one of several.
    ///
    /// - Returns: nil when there is no name to choose from.
    static func of(_ name: String, in known: [String]) -> String? {
        let letters = Self.letters(name)
        return known.min { Self.distance(letters, Self.letters($0)) < Self.distance(letters, Self.letters($1)) }
    }

    /// Bounded: no name that is longer is like a known one.
    private static func letters(_ name: String) -> [Character] {
        Array(name.lowercased().filter { $0 != "-" && $0 != "_" }.prefix(64))
    }

    /// Levenshtein's, row by row.
    private static func distance(_ one: [Character], _ other: [Character]) -> Int {
        var row = Array(0...other.count)
        for (line, letter) in one.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for column in other.indices {
                let replaced = diagonal + (letter == other[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, row[column + 1] + 1)
            }
        }
        return row[other.count]
    }
}
