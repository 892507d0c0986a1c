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

@Suite("The rules of a change log")
struct ChangeLogConformanceTests {
    @Test("In PostgreSQL", arguments: ChangeLogConformance.checks)
    func postgres(_ check: ChangeLogConformance.Check) async throws {
        try await withCatalog { catalog, client in
            try await check.run(catalog, PostgresChangeLog(client: client, logger: quietLogger))
        }
    }

    @Test("In memory: the double keeps the same rules", arguments: ChangeLogConformance.checks)
    func memory(_ check: ChangeLogConformance.Check) async throws {
        let catalog = InMemoryCatalog()
        try await check.run(catalog, catalog)
    }
}
