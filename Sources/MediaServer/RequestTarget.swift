import HTTPSemantics
import Hummingbird
import MediaCore

/// A request's path and query, decoded exactly once.
struct RequestTarget {
    let path: PercentPath
    let query: QueryItems

    /// - Throws: ``MediaError`` `invalid_name` for a path, `invalid_request` for a query that breaks the rules.
    init(_ request: Request) throws(MediaError) {
        do {
            self.path = try PercentPath(target: request.head.path ?? "/", allowingTrailingSlash: true)
        } catch {
            throw MediaError(.invalidName, "The path of the URL cannot be used: \(error).")
        }
        do {
            self.query = try QueryItems(query: self.path.query)
        } catch {
            throw MediaError(.invalidRequest, "The query of the URL cannot be read: \(error).")
        }
    }
}
