package import MediaCore

/// What every ``ChangeLog`` must do, together with the ``Catalog`` whose changes it logs.
///
/// One test per implementation runs all of ``checks``; a check that finds something else than it expects throws
/// ``CatalogConformance/Failure``.
///
///     @Test(arguments: ChangeLogConformance.checks)
///     func memory(_ check: ChangeLogConformance.Check) async throws {
///         let catalog = InMemoryCatalog()
///         try await check.run(catalog, catalog)
///     }
package enum ChangeLogConformance {
    /// One rule and how it is checked.
    package struct Check: Sendable, CustomStringConvertible {
        /// The rule in a few words: the title of the test case.
        package var description: String
        /// - Parameters:
        ///   - catalog: empty, and this check's alone.
        ///   - log: of the same database.
        package var run: @Sendable (_ catalog: any Catalog & UploadCatalog, _ log: any ChangeLog) async throws -> Void
    }

    /// All rules.
    package static var checks: [Check] { self.appending + self.reading + self.listening }

    static func expectEqual<Value: Equatable>(
        _ found: Value,
        _ expected: Value,
        _ what: String = "",
        file: StaticString = #fileID,
        line: UInt = #line
    ) throws(CatalogConformance.Failure) {
        try CatalogConformance.expectEqual(found, expected, what, file: file, line: line)
    }

    /// All changes of the log.
    static func all(_ log: any ChangeLog) async throws -> [FileChange] {
        try await log.changes(after: nil, limit: 1000).changes
    }
}

extension ChangeLogConformance {
    private static var appending: [Check] {
        [
            Check(description: "each commit appends one change, in order, with the path before") { catalog, log in
                let png = SampleRecords.file("1", type: .png, seed: 1)
                let first = SampleRecords.publication(of: png)
                try await catalog.begin(first)
                try expectEqual(try await Self.all(log), [], "an intent is no change")
                try await catalog.finish(first)
                try await catalog.finish(first)
                let jpeg = SampleRecords.file("1", type: .jpeg, seed: 2, id: png.id)
                let second = SampleRecords.publication(of: jpeg, obsolete: png.path)
                try await catalog.begin(second)
                try await catalog.finish(second)
                try await catalog.close(second)
                _ = try await catalog.setFocalPoint(FocalPoint(x: 0.5, y: 0.25), of: jpeg.id, at: jpeg.updatedAt)
                let removal = SampleRecords.removal(of: jpeg)
                try await catalog.remove(removal)
                try await catalog.close(removal)
                let other = SampleRecords.file("2", seed: 3)
                try await catalog.adopt(other)
                try await catalog.forget(other)
                let expected = [
                    FileChange(.created, of: png),
                    FileChange(.replaced, of: jpeg, previousPath: png.path),
                    FileChange(.updated, of: jpeg),
                    FileChange(.deleted, of: jpeg),
                    FileChange(.created, of: other),
                    FileChange(.deleted, of: other),
                ]
                try expectEqual(try await Self.all(log), expected)
            },
            Check(description: "what is refused, and what changes nothing, appends nothing") { catalog, log in
                let file = SampleRecords.file("1", seed: 1)
                try await catalog.adopt(file)
                let before = try await log.end()
                _ = try await catalog.setFocalPoint(nil, of: file.id, at: file.updatedAt)
                try await CatalogConformance.expect(.nameTaken) { () async throws(MediaError) in
                    try await catalog.adopt(SampleRecords.file("1", seed: 2, id: SampleRecords.file("2", seed: 9).id))
                }
                try await CatalogConformance.expect(.notFound) { () async throws(MediaError) in
                    try await catalog.remove(SampleRecords.removal(of: SampleRecords.file("gone", seed: 3)))
                }
                try expectEqual(try await log.end(), before)
                try expectEqual(try await log.changes(after: before, limit: 10).changes, [])
            },
        ]
    }
}
