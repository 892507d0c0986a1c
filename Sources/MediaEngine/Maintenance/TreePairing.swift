package import Logging
package import MediaCore

/// Whether a storage root and a database belong together: both bear one identity.
///
/// A database that knows nothing of a root would have everything in it swept away as left over. So nothing is recovered or
/// swept before the pair was verified, and each sweep verifies it again.
package struct TreePairing: Sendable {
    private let mark: any TreeMark
    private let identities: any IdentityCatalog
    private let catalog: any Catalog
    private let tree: any FileTree
    private let staging: any Staging
    private let logger: Logger

    /// How many records of a database without an identity are looked up in the tree.
    private static let sample = 20

    /// - Parameter identities: of the same database as `catalog`.
    package init(
        mark: any TreeMark,
        identities: any IdentityCatalog,
        catalog: any Catalog,
        tree: any FileTree,
        staging: any Staging,
        logger: Logger
    ) {
        self.mark = mark
        self.identities = identities
        self.catalog = catalog
        self.tree = tree
        self.staging = staging
        self.logger = logger
    }

    /// Refuses a pair of strangers. Changes nothing, and needs no schema: to be asked before a database is migrated.
    /// - Returns: whether both bear the same identity; false when neither has one yet.
    /// - Throws: `invalid_configuration`, saying what to do; `catalog_unavailable`; `storage_unavailable`.
    @discardableResult
    package func verify() async throws(MediaError) -> Bool {
        let recorded = try await self.identities.treeIdentity()
        let borne = try await self.mark.identity()
        if let recorded, recorded == borne { return true }
        // A crash in the middle of giving both an identity.
        if let recorded, try await self.mark.announced() == recorded { return false }
        switch (borne, recorded) {
        case (nil, nil): return false
        case (_?, nil):
            throw Self.stranger("This database does not know the storage root, which belongs to another one.")
        case (nil, _?): throw Self.stranger("This database belongs to another storage root.")
        case (_?, _?): throw Self.stranger("This database and the storage root belong to others.")
        }
    }

    /// Verifies the pair; gives one that is new, or older than identities, an identity.
    /// - Throws: as ``verify()``; `invalid_configuration` too where the records are of other files than those in the tree.
    package func pair() async throws(MediaError) {
        try await self.staging.exclusively { () async throws(MediaError) in
            if try await self.verify() { return }
            let announced = try await self.mark.announced()
            if let announced, try await self.identities.treeIdentity() == announced {
                return try await self.mark.confirm()
            }
            try await self.refuseStrangers()
            let identity = announced ?? .drawn()
            try await self.mark.announce(identity)
            guard try await self.identities.claim(identity) == identity else {
                throw Self.stranger("Another storage root has just taken this database.")
            }
            try await self.mark.confirm()
            self.logger.info("Storage root and database are a pair from now on", metadata: ["identity": "\(identity)"])
        }
    }

    /// Makes root and database a pair, whatever they were: an operator's word, after a restore.
    /// - Returns: how many of the newest records were looked up in the tree, and how many were found.
    package func adopt() async throws(MediaError) -> (records: Int, found: Int) {
        try await self.staging.exclusively { () async throws(MediaError) in
            let found = try await self.lookUp()
            let identity = TreeIdentity.drawn()
            try await self.mark.announce(identity)
            try await self.identities.assign(identity)
            try await self.mark.confirm()
            return found
        }
    }

    // MARK: Pairs without an identity

    private func refuseStrangers() async throws(MediaError) {
        let (records, found) = try await self.lookUp()
        if records > 0, found == 0 {
            throw Self.stranger(
                "None of the \(records) newest records of this database has its file in the storage root."
            )
        }
        if records == 0, try await self.mark.hasTraces() {
            throw Self.stranger(
                "This database knows no file, but the storage root has thumbnails or unfinished uploads of another one."
            )
        }
    }

    private func lookUp() async throws(MediaError) -> (records: Int, found: Int) {
        let newest = try await self.catalog.files(matching: FileFilter(), before: nil, limit: Self.sample)
        var found = 0
        for file in newest {
            do throws(MediaError) {
                _ = try await self.tree.open(file.path)
                found += 1
            } catch  where error.code == .notFound {
                continue
            }
        }
        return (newest.count, found)
    }

    private static func stranger(_ what: String) -> MediaError {
        MediaError(
            .invalidConfiguration,
            """
            \(what) Nothing was changed. Is database.url (or DATABASE_URL) missing, or another one than before, or \
            storage.root? If database and files really belong together, as after a restore, run "mediad adopt-database" \
            with the same settings.
            """
        )
    }
}
