extension FeedFilter {
    /// Whether a change is among those that are wanted: the same that a page of the database has.
    package func matches(_ event: FeedEvent) -> Bool {
        if !self.collections.isEmpty {
            // A file that went from one collection to another concerns both.
            let concerned = [event.collection, event.previousPath?.collection]
            guard concerned.contains(where: { $0.map(self.collections.contains) == true }) else { return false }
        }
        if let entity = self.entity, !Self.uses(entity, event.links) { return false }
        if let path = self.path {
            let isThere = Self.isAt(event.path, path) || Self.isAt(event.previousPath, path)
            if !isThere { return false }
        }
        return true
    }

    private static func uses(_ entity: String, _ links: [FileLink]) -> Bool {
        guard let slash = entity.utf8.firstIndex(of: UInt8(ascii: "/")) else {
            return links.contains { $0.entity == entity }
        }
        let (kind, id) = (entity[..<slash], entity[entity.utf8.index(after: slash)...])
        return links.contains { $0.entity == kind && $0.entityID == id }
    }

    private static func isAt(_ path: MediaPath?, _ wanted: String) -> Bool {
        guard let path else { return false }
        // Texts, not bytes: a name is the same file however it is composed.
        return wanted.hasSuffix("/") ? path.text.hasPrefix(wanted) : path.text == wanted
    }
}
