import Access
import MediaCore

extension FeedEvent {
    /// The two sides of a change by which a file went to another collection, or got another name there; nil for every other change.
    /// mediad itself moves none: somebody did it in SQL.
    var move: (arrival: FeedEvent, departure: FeedEvent)? {
        guard let previousPath, let path else { return nil }
        let place = FileReference(previousPath)
        guard place != FileReference(path) else { return nil }
        var arrival = self
        arrival.previousPath = nil
        var departure = self
        departure.kind = .fileDeleted
        departure.path = previousPath
        departure.previousPath = nil
        departure.collection = place.collection
        departure.name = place.name
        // Both are of the new place.
        departure.version = nil
        departure.file = nil
        return (arrival, departure)
    }
}
