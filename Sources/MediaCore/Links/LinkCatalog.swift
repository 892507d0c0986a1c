package import Primitives

/// Port: what uses which file, where that is no foreign key.
///
/// Second implementation: `InMemoryCatalog` in MediaTesting; one conformance suite runs on both. Every method throws ``MediaError`` with
/// `catalog_unavailable` when the database cannot be reached.
package protocol LinkCatalog: Sendable {
    /// Says that something uses a file. Doing it twice is harmless.
    ///
    /// - Parameter isSingle: true: the role has one file, and this one takes the place of any other, in the same transaction; false: it
    ///   has many; nil: as the role is by now, and many at first.
    /// - Returns: the link as it is now, and whether it was made by this call.
    /// - Throws: `not_found` where there is no such file.
    func link(
        _ link: FileLink,
        to file: MediaID,
        isSingle: Bool?
    ) async throws(MediaError) -> (link: LinkRecord, isNew: Bool)

    /// Takes a link back.
    /// - Returns: false where there was none.
    func unlink(_ link: FileLink, from file: MediaID) async throws(MediaError) -> Bool

    /// Takes all links of something back, or those of one role.
    /// - Returns: how many they were.
    func unlink(entity: String, entityID: String, role: String?) async throws(MediaError) -> Int

    /// Links in the order of entity, id, role and file; keyset paging.
    func links(
        matching filter: LinkFilter,
        after cursor: LinkRecord.Key?,
        limit: Int
    ) async throws(MediaError) -> [LinkRecord]
}

/// Which links to list. All conditions must hold.
package struct LinkFilter: Hashable, Sendable {
    /// Of this file.
    package var fileID: MediaID?
    /// Of something of this kind.
    package var entity: String?
    /// Of the one with this id.
    package var entityID: String?
    /// In this role.
    package var role: String?

    /// What is not given does not matter.
    package init(fileID: MediaID? = nil, entity: String? = nil, entityID: String? = nil, role: String? = nil) {
        self.fileID = fileID
        self.entity = entity
        self.entityID = entityID
        self.role = role
    }
}

/// One link, with what is needed to show the file.
package struct LinkRecord: Hashable, Sendable {
    /// What uses the file, and as what.
    package var link: FileLink
    /// The file.
    package var fileID: MediaID
    /// Where it lies.
    package var path: MediaPath
    /// The first 32 hex digits of its digest.
    package var version: String
    /// Whether the role has one file or many.
    package var isSingle: Bool
    /// When it was linked.
    package var createdAt: Timestamp

    package init(
        link: FileLink,
        fileID: MediaID,
        path: MediaPath,
        version: String,
        isSingle: Bool,
        createdAt: Timestamp
    ) {
        self.link = link
        self.fileID = fileID
        self.path = path
        self.version = version
        self.isSingle = isSingle
        self.createdAt = createdAt
    }

    /// What makes a link the one that it is.
    package struct Key: Hashable, Sendable {
        /// What uses the file.
        package var link: FileLink
        /// The file.
        package var fileID: MediaID

        package init(link: FileLink, fileID: MediaID) {
            self.link = link
            self.fileID = fileID
        }
    }

    /// Where the next page begins.
    package var key: Key { Key(link: self.link, fileID: self.fileID) }
}
