import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Something that happened at mediad (docs/events.md).
package struct MediaChange: Hashable, Sendable, Decodable {
    package var cursor: String
    /// `file.created`, `upload.failed`, ...
    package var type: String
    /// RFC 3339.
    package var at: String
    package var fileId: String?
    package var collection: String?
    /// Of the file in its collection, without extension.
    package var name: String?
    package var owner: String?
    /// Of `upload.failed`: the code of the problem. Of `rendition.ready`: the preset.
    package var detail: String?
    /// The record as it is now; nil where it is gone.
    package var file: MediaFile?
}

/// A page of changes.
package struct MediaChanges: Hashable, Sendable, Decodable {
    package var changes: [MediaChange]
    /// How far the page reached; keep it also of an empty page.
    package var cursor: String
    package var hasMore: Bool
}

/// What asking for changes gives.
package enum MediaChangesResult: Hashable, Sendable {
    case page(MediaChanges)
    /// The cursor is of no use any more: read the records again, and go on from this one.
    case expired(head: String)
}

extension MediaClient {
    /// What happened after a cursor, in the order of the feed.
    ///
    /// - Parameters:
    ///   - since: a cursor, or `now` for the newest one at once; nil: from the oldest that is kept.
    ///   - wait: seconds that the request may wait for a first change, 0 to 60.
    ///   - limit: 1 to 1000; a page is longer rather than end inside a transaction.
    package func changes(
        since: String?,
        wait: Int = 0,
        limit: Int = 500
    ) async throws(MediaClientError) -> MediaChangesResult {
        var target = "/api/changes?limit=\(limit)&wait=\(wait)"
        if let since { target += "&since=\(since)" }
        let timeout = TimeAmount.seconds(Int64(wait) + Self.timeouts.whole)
        let response = try await self.send(.GET, target, timeout: timeout)
        if response.status == 410 {
            return .expired(head: try response.decode(Expired.self, statuses: [410]).head)
        }
        return .page(try response.decode(MediaChanges.self))
    }

    private struct Expired: Decodable {
        var head: String
    }
}
