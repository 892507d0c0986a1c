package import MediaCore

/// What every ``ChangeFeed`` must do, together with the ``Catalog`` whose changes it has.
///
/// One test per implementation runs all of ``checks``; a check that finds something else than it expects throws
/// ``CatalogConformance/Failure``.
///
///     @Test(arguments: ChangeFeedConformance.checks)
///     func memory(_ check: ChangeFeedConformance.Check) async throws {
///         let catalog = InMemoryCatalog()
///         try await check.run(catalog, catalog)
///     }
package enum ChangeFeedConformance {
    /// One rule and how it is checked.
    package struct Check: Sendable, CustomStringConvertible {
        /// The rule in a few words: the title of the test case.
        package var description: String
        /// - Parameters:
        ///   - catalog: empty, and this check's alone.
        ///   - feed: of the same database.
        package var run:
            @Sendable (_ catalog: any Catalog & UploadCatalog, _ feed: any ChangeFeed & MediaFeedUpkeep) async throws ->
                Void
    }

    /// All rules.
    package static var checks: [Check] { self.events + self.reading }

    static func expectEqual<Value: Equatable>(
        _ found: Value,
        _ expected: Value,
        _ what: String = "",
        file: StaticString = #fileID,
        line: UInt = #line
    ) throws(CatalogConformance.Failure) {
        try CatalogConformance.expectEqual(found, expected, what, file: file, line: line)
    }

    /// Stamps what is there, and reads all of the feed.
    static func all(_ feed: any ChangeFeed & MediaFeedUpkeep) async throws -> [FeedEvent] {
        _ = try await feed.stamp()
        return try await feed.page(after: nil, filter: .all, limit: 1000).events
    }

    /// What happened, in few words.
    static func story(_ events: [FeedEvent]) -> [String] {
        events.map { event in
            [
                event.kind.rawValue, event.path?.text ?? event.uploadID?.text, event.previousPath.map { "from \($0)" },
                event.version.map { String($0.prefix(2)) }, event.detail,
            ]
            .compactMap { $0 }.joined(separator: " ")
        }
    }
}

extension ChangeFeedConformance {
    private static var events: [Check] {
        [
            Check(description: "each commit is one change, in order, with the path before") { catalog, feed in
                let png = SampleRecords.file("1", type: .png, seed: 1)
                let first = SampleRecords.publication(of: png)
                try await catalog.begin(first)
                try expectEqual(try await Self.all(feed), [], "an intent is no change")
                try await catalog.finish(first)
                try await catalog.finish(first)
                let jpeg = SampleRecords.file("1", type: .jpeg, seed: 2, id: png.id)
                let second = SampleRecords.publication(of: jpeg, obsolete: png.path)
                try await catalog.begin(second)
                try await catalog.finish(second)
                try await catalog.close(second)
                _ = try await catalog.setFocalPoint(FocalPoint(x: 0.5, y: 0.25), of: jpeg.id, at: jpeg.updatedAt)
                try await feed.noteRendition(preset: "w342", of: jpeg)
                try await feed.noteRendition(preset: "w342", of: png)
                let removal = SampleRecords.removal(of: jpeg)
                try await catalog.remove(removal)
                try await catalog.close(removal)
                let events = try await Self.all(feed)
                try expectEqual(
                    Self.story(events),
                    [
                        "file.created posters/1.png 01", "file.replaced posters/1.jpg from posters/1.png 02",
                        "file.updated posters/1.jpg 02", "rendition.ready posters/1.jpg 02 w342",
                        "file.deleted posters/1.jpg 02",
                    ]
                )
                try expectEqual(events.map(\.cursor.position), [1, 2, 3, 4, 5])
                try expectEqual(Set(events.map(\.collection)), ["posters"])
                try expectEqual(Set(events.map(\.name)), ["1"])
                try expectEqual(Set(events.map(\.fileID)), [png.id])
                try expectEqual(events.compactMap(\.file), [], "there is no record any more")
            },
            Check(description: "what is refused, and what changes nothing, is no change") { catalog, feed in
                let file = SampleRecords.file("1", seed: 1)
                try await catalog.adopt(file)
                let before = try await Self.all(feed)
                try expectEqual(before.map(\.file), [file])
                _ = try await catalog.setFocalPoint(nil, of: file.id, at: file.updatedAt)
                try await CatalogConformance.expect(.nameTaken) { () async throws(MediaError) in
                    try await catalog.adopt(SampleRecords.file("1", seed: 2, id: SampleRecords.file("2", seed: 9).id))
                }
                try await CatalogConformance.expect(.notFound) { () async throws(MediaError) in
                    try await catalog.remove(SampleRecords.removal(of: SampleRecords.file("gone", seed: 3)))
                }
                try expectEqual(try await Self.all(feed), before)
            },
            Check(description: "an upload that fails is a change, once") { catalog, feed in
                var upload = SampleRecords.upload(1)
                try await catalog.create(upload, within: SampleRecords.ampleQuota)
                upload.state = .failed
                upload.problem = Upload.Problem(MediaError(.typeNotAllowed, "no"))
                _ = try await catalog.update(upload, from: [.receiving])
                _ = try await catalog.update(upload, from: [.failed])
                let events = try await Self.all(feed)
                try expectEqual(Self.story(events), ["upload.failed \(upload.id.text) type_not_allowed"])
                try expectEqual(events.first?.fileID, nil)
            },
        ]
    }
}
