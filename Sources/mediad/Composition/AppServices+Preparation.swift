import MediaCatalog
import MediaCore
import MediaEngine

extension AppServices {
    /// Verifies that database and storage root belong together, brings the schema up to date, and gives a new pair an identity.
    ///
    /// In this order: a stranger's database is left as it is.
    /// - Parameter listens: whether this process depends on notifications; tried first, because what breaks them breaks
    ///   prepared statements too.
    /// - Throws: ``MediaError`` `catalog_unavailable`, which passes unless it is of the schema; anything else does not.
    func prepareDatabase(listens: Bool = false) async throws(MediaError) {
        let client = self.database.client
        if listens, self.database.cluster == nil { try await HearingTrial(client: client).run() }
        try await self.pairing.verify()
        try await Migrator(client: client, logger: self.logger).migrate()
        // A right that is missing, or a table that a restore left out, is told now, not by the first upload.
        try await self.catalog.ping()
        try await self.pairing.pair()
    }
}
