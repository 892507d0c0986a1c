package import MediaCore

/// Says what uses which file.
package struct LinkService: Sendable {
    private let catalog: any LinkCatalog
    private let records: any Catalog
    private let changes: ChangeDispatcher

    /// - Parameter records: of the same database.
    init(catalog: any LinkCatalog, records: any Catalog, changes: ChangeDispatcher) {
        self.catalog = catalog
        self.records = records
        self.changes = changes
    }

    /// Some links.
    package struct Page: Sendable {
        /// In the order of entity, id, role and file.
        package var links: [LinkRecord]
        /// What to pass as `after` for the next page; nil at the end.
        package var next: LinkRecord.Key?
    }

    /// As ``LinkCatalog/link(_:to:isSingle:)``.
    package func link(
        _ link: FileLink,
        to file: MediaID,
        isSingle: Bool?
    ) async throws(MediaError) -> (link: LinkRecord, isNew: Bool) {
        defer { self.changes.noteCommit() }
        return try await self.catalog.link(link, to: file, isSingle: isSingle)
    }

    /// Takes a link back.
    /// - Throws: `not_found` where there is none.
    package func unlink(_ link: FileLink, from file: MediaID) async throws(MediaError) {
        defer { self.changes.noteCommit() }
        guard try await self.catalog.unlink(link, from: file) else {
            throw MediaError(.notFound, "The file has no such link.")
        }
    }

    /// Takes all links of something back, or those of one role.
    package func unlink(entity: String, entityID: String, role: String?) async throws(MediaError) {
        defer { self.changes.noteCommit() }
        _ = try await self.catalog.unlink(entity: entity, entityID: entityID, role: role)
    }

    /// One page of the links to a file.
    /// - Throws: `not_found` where there is no such file.
    package func links(to id: MediaID, after cursor: LinkRecord.Key?, limit: Int) async throws(MediaError) -> Page {
        let page = try await self.page(LinkFilter(fileID: id), after: cursor, limit: limit)
        guard !page.links.isEmpty else {
            guard try await self.records.file(id: id) != nil else {
                throw MediaError(.notFound, "There is no file with this id.")
            }
            return page
        }
        return page
    }

    /// One page of the links that match.
    package func page(
        _ filter: LinkFilter,
        after cursor: LinkRecord.Key?,
        limit: Int
    ) async throws(MediaError) -> Page {
        var links = try await self.catalog.links(matching: filter, after: cursor, limit: limit + 1)
        guard links.count > limit else { return Page(links: links, next: nil) }
        links.removeLast(links.count - limit)
        return Page(links: links, next: links.last?.key)
    }
}
