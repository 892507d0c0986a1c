import MediaCore

extension CatalogConformance {
    private static let poster = FileLink(entity: "movie", entityID: "42", role: "poster")
    private static let still = FileLink(entity: "movie", entityID: "42", role: "still")

    private static func links(_ catalog: any Subject, _ filter: LinkFilter) async throws(MediaError) -> [String] {
        try await catalog.links(matching: filter, after: nil, limit: 100).map {
            "\($0.link.entity)/\($0.link.entityID) \($0.link.role) \($0.path)\($0.isSingle ? " single" : "")"
        }
    }

    static var linking: [Check] {
        [
            Check(description: "a link is made once; a link to no file is not_found") { catalog in
                let file = SampleRecords.file("1", seed: 1)
                try await catalog.adopt(file)
                let first = try await catalog.link(self.poster, to: file.id, isSingle: nil)
                try expect(first.isNew, "the first one is new")
                try expectEqual(first.link.link, self.poster)
                try expectEqual(first.link.path, file.path)
                try expectEqual(first.link.version, file.version.digest.prefix)
                try expectEqual(first.link.isSingle, false)
                let second = try await catalog.link(self.poster, to: file.id, isSingle: nil)
                try expect(!second.isNew, "the second one is not")
                try expectEqual(second.link, first.link)
                let nothing = SampleRecords.file("2", seed: 2)
                try await expect(.notFound) { () async throws(MediaError) in
                    _ = try await catalog.link(self.poster, to: nothing.id, isSingle: nil)
                }
            },
            Check(description: "in a single role the new file takes the old one's place; other roles keep theirs") {
                catalog in
                let files = (1...3).map { SampleRecords.file("\($0)", seed: UInt8($0)) }
                for file in files { try await catalog.adopt(file) }
                _ = try await catalog.link(self.still, to: files[0].id, isSingle: nil)
                _ = try await catalog.link(self.still, to: files[1].id, isSingle: nil)
                _ = try await catalog.link(self.poster, to: files[0].id, isSingle: true)
                let replaced = try await catalog.link(self.poster, to: files[1].id, isSingle: true)
                try expect(replaced.isNew && replaced.link.isSingle, "new and single")
                // Who does not say keeps the role as it is.
                _ = try await catalog.link(self.poster, to: files[2].id, isSingle: nil)
                // Identifiers of one millisecond are in no particular order.
                let ofMovie = LinkFilter(entity: "movie", entityID: "42")
                try expectEqual(
                    try await self.links(catalog, ofMovie).sorted(),
                    [
                        "movie/42 poster posters/3.jpg single", "movie/42 still posters/1.jpg",
                        "movie/42 still posters/2.jpg",
                    ]
                )
                _ = try await catalog.link(self.poster, to: files[0].id, isSingle: false)
                try expectEqual(
                    try await self.links(catalog, LinkFilter(entity: "movie", entityID: "42", role: "poster")).sorted(),
                    ["movie/42 poster posters/1.jpg", "movie/42 poster posters/3.jpg"]
                )
                // One of many that becomes the only one.
                let again = try await catalog.link(self.poster, to: files[0].id, isSingle: true)
                try expect(!again.isNew && again.link.isSingle, "known, and single")
                try expectEqual(
                    try await self.links(catalog, LinkFilter(entity: "movie", entityID: "42", role: "poster")).sorted(),
                    ["movie/42 poster posters/1.jpg single"]
                )
            },
            Check(description: "links are listed by file and by what uses it, page by page") { catalog in
                let files = (1...2).map { SampleRecords.file("\($0)", seed: UInt8($0)) }
                for file in files { try await catalog.adopt(file) }
                for number in 1...5 {
                    let link = FileLink(entity: "movie", entityID: "\(number)", role: "poster")
                    _ = try await catalog.link(link, to: files[0].id, isSingle: nil)
                }
                _ = try await catalog.link(
                    FileLink(entity: "user", entityID: "1", role: "avatar"),
                    to: files[1].id,
                    isSingle: nil
                )
                var found: [String] = []
                var cursor: LinkRecord.Key?
                for _ in 0..<3 {
                    let page = try await catalog.links(
                        matching: LinkFilter(fileID: files[0].id),
                        after: cursor,
                        limit: 2
                    )
                    found += page.map(\.link.entityID)
                    cursor = page.last?.key
                }
                try expectEqual(found, ["1", "2", "3", "4", "5"])
                try expectEqual(
                    try await self.links(catalog, LinkFilter(entity: "user", entityID: "1")),
                    ["user/1 avatar posters/2.jpg"]
                )
            },
            Check(description: "links are taken back, one, those of a role, or all of something") { catalog in
                let file = SampleRecords.file("1", seed: 1)
                try await catalog.adopt(file)
                for link in [self.poster, self.still, FileLink(entity: "movie", entityID: "4", role: "still")] {
                    _ = try await catalog.link(link, to: file.id, isSingle: nil)
                }
                try expectEqual(try await catalog.unlink(self.poster, from: file.id), true)
                try expectEqual(try await catalog.unlink(self.poster, from: file.id), false)
                try expectEqual(try await catalog.unlink(entity: "movie", entityID: "42", role: "poster"), 0)
                try expectEqual(try await catalog.unlink(entity: "movie", entityID: "42", role: nil), 1)
                try expectEqual(
                    try await self.links(catalog, LinkFilter(fileID: file.id)),
                    ["movie/4 still posters/1.jpg"]
                )
            },
            Check(description: "a linked file cannot be removed, and the refusal names the links; by force it can") {
                catalog in
                let file = SampleRecords.file("1", seed: 1)
                try await catalog.adopt(file)
                _ = try await catalog.link(self.poster, to: file.id, isSingle: true)
                let removal = SampleRecords.removal(of: file)
                do throws(MediaError) {
                    try await catalog.remove(removal, as: Removal(retention: .seconds(60)))
                    throw MediaError(.internalError, "it was removed")
                } catch {
                    try expectEqual(error.code, .fileReferenced)
                    try expectEqual(
                        error.details[MediaError.DetailName.links],
                        .rows([["entity": .text("movie"), "entityId": .text("42"), "role": .text("poster")]])
                    )
                }
                try expectEqual(try await catalog.openIntents(), [], "nothing is left of the attempt")
                try await catalog.remove(removal, as: Removal(retention: .seconds(60), removesLinks: true))
                try expectEqual(try await self.links(catalog, LinkFilter(fileID: file.id)), [])
                try expectEqual(try await catalog.trashEntry(file.id)?.links, [self.poster])
            },
        ]
    }
}
