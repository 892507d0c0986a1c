import MediaCatalog
import MediaCore
import MediaTesting
import Testing

@Suite("The rules of a catalog")
struct ConformanceTests {
    @Test("In PostgreSQL", arguments: CatalogConformance.checks)
    func postgres(_ check: CatalogConformance.Check) async throws {
        try await withCatalog { catalog, _ in try await check.run(catalog) }
    }

    @Test("In memory: the double keeps the same rules", arguments: CatalogConformance.checks)
    func memory(_ check: CatalogConformance.Check) async throws {
        try await check.run(InMemoryCatalog())
    }

    @Test("Behind a harmless fault plan: the wrapper hands on every call", arguments: CatalogConformance.checks)
    func wrapped(_ check: CatalogConformance.Check) async throws {
        try await check.run(FaultyCatalog(InMemoryCatalog(), plan: .harmless()))
    }
}

@Suite("The rules of the feed of changes")
struct FeedConformanceTests {
    @Test("In PostgreSQL", arguments: ChangeFeedConformance.checks)
    func postgres(_ check: ChangeFeedConformance.Check) async throws {
        try await withCatalog { catalog, client in
            try await check.run(catalog, PostgresFeed(client: client))
        }
    }

    @Test("In memory: the double keeps the same rules", arguments: ChangeFeedConformance.checks)
    func memory(_ check: ChangeFeedConformance.Check) async throws {
        let catalog = InMemoryCatalog()
        try await check.run(catalog, catalog)
    }
}
