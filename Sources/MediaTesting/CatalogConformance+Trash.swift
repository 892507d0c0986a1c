import MediaCore

extension CatalogConformance {
    private static let removal = Removal(retention: .seconds(3600))

    private static func restoration(of file: MediaFile) -> CommitIntent {
        CommitIntent(
            id: MediaID(now: file.updatedAt),
            kind: .restore,
            phase: .pending,
            owner: "018f2b3c-0000-7000-8000-000000000001",
            stagingName: nil,
            file: file,
            obsoletePath: nil
        )
    }

    /// A record with facts of every kind.
    private static func rich() -> MediaFile {
        var file = SampleRecords.file("1 é", type: .png, seed: 1)
        file.owner = "user-7"
        file.frames = 3
        file.hasAlpha = true
        file.focalPoint = FocalPoint(x: 0.1, y: 0.7)
        file.dominantColor = RGBColor(hex: "#1f2e3d")
        file.rewriting = FileRewriting(steps: [.privateMetadata], uploadedDigest: SampleRecords.digest(9))
        file.factsVersion = 3
        return file
    }

    /// Removes a file into the trash, with its bytes.
    private static func trash(_ file: MediaFile, _ catalog: any Subject) async throws(MediaError) {
        let intent = SampleRecords.removal(of: file)
        try await catalog.remove(intent, as: self.removal)
        try await catalog.close(intent)
    }

    static var trashing: [Check] { self.deleting + self.restoring }

    private static var deleting: [Check] {
        [
            Check(description: "what is removed with a retention is in the trash as it was; without one it is gone") {
                catalog in
                let file = self.rich()
                try await catalog.adopt(file)
                let recorded = try await catalog.file(id: file.id)
                try await self.trash(file, catalog)
                try expectEqual(try await catalog.file(id: file.id), nil)
                let entry = try await catalog.trashEntry(file.id)
                try expectEqual(entry?.file, recorded)
                try expectEqual(entry?.reason, .deleted)
                let kept = (entry?.expiresAt.microseconds ?? 0) - (entry?.deletedAt.microseconds ?? 0)
                try expect(abs(kept - 3_600_000_000) < 1_000_000, "expires after the retention: \(kept)")
                try expectEqual(try await catalog.trashTotals(), TrashTotals(files: 1, size: file.version.size))
                let other = SampleRecords.file("2", seed: 2)
                try await catalog.adopt(other)
                try await catalog.remove(SampleRecords.removal(of: other))
                try expectEqual(try await catalog.trashEntry(other.id), nil)
                try expectEqual(try await catalog.trashed(among: [file.id, other.id]), [file.id])
                let third = SampleRecords.file("3", seed: 3)
                try await catalog.adopt(third)
                try expectEqual(try await catalog.recorded(among: [file.id, other.id, third.id]), [third.id])
            },
            Check(description: "the trash is listed with the latest deletion first, page by page, also of a collection")
            {
                catalog in
                var files: [MediaFile] = []
                for number in 1...5 {
                    let file = SampleRecords.file(
                        "\(number)",
                        in: number == 3 ? "avatars" : "posters",
                        seed: UInt8(number)
                    )
                    try await catalog.adopt(file)
                    try await self.trash(file, catalog)
                    files.append(file)
                }
                var found: [MediaID] = []
                var cursor: TrashEntry.Cursor?
                for _ in 0..<3 {
                    let page = try await catalog.trash(in: nil, after: cursor, limit: 2)
                    found += page.map(\.file.id)
                    cursor = page.last?.cursor
                }
                try expectEqual(found, files.reversed().map(\.id))
                let avatars = try await catalog.trash(in: "avatars", after: nil, limit: 10)
                try expectEqual(avatars.map(\.file.id), [files[2].id])
            },
            Check(description: "only what expired is forgotten, and nothing that is on its way") { catalog in
                let file = SampleRecords.file("1", seed: 1)
                try await catalog.adopt(file)
                let intent = SampleRecords.removal(of: file)
                try await catalog.remove(intent, as: self.removal)
                try expectEqual(try await catalog.forgetTrash(file.id, expiredBy: nil), false, "on its way in")
                try await catalog.close(intent)
                guard let entry = try await catalog.trashEntry(file.id) else { throw Failure(description: "no entry") }
                let before = Timestamp(microseconds: entry.expiresAt.microseconds - 1)
                try expectEqual(try await catalog.expiredTrash(by: before, limit: 10), [])
                try expectEqual(try await catalog.forgetTrash(file.id, expiredBy: before), false)
                let restoration = self.restoration(of: file)
                try await catalog.beginRestoring(restoration)
                try expectEqual(try await catalog.forgetTrash(file.id, expiredBy: nil), false, "on its way out")
                try await catalog.abandonRestoring(restoration)
                try expectEqual(try await catalog.expiredTrash(by: entry.expiresAt, limit: 10), [file.id])
                try expectEqual(try await catalog.forgetTrash(file.id, expiredBy: entry.expiresAt), true)
                try expectEqual(try await catalog.trashEntry(file.id), nil)
                try expectEqual(try await catalog.forgetTrash(file.id, expiredBy: nil), false)
            },
            Check(description: "never linked are files that nothing linked, ever, and that did not come back") {
                catalog in
                let files = (1...4).map { SampleRecords.file("\($0)", seed: UInt8($0)) }
                for file in files { try await catalog.adopt(file) }
                let link = FileLink(entity: "movie", entityID: "1", role: "poster")
                _ = try await catalog.link(link, to: files[0].id, isSingle: nil)
                _ = try await catalog.link(link, to: files[1].id, isSingle: nil)
                _ = try await catalog.unlink(link, from: files[1].id)
                try await self.trash(files[2], catalog)
                let restoration = self.restoration(of: files[2])
                try await catalog.beginRestoring(restoration)
                try await catalog.finishRestoring(restoration)
                let newest = files[3].updatedAt
                let found = try await catalog.neverLinked(in: "posters", unchangedSince: newest, after: nil, limit: 9)
                try expectEqual(found.map(\.id), [files[3].id])
                let earlier = Timestamp(microseconds: newest.microseconds - 1)
                let none = try await catalog.neverLinked(in: "posters", unchangedSince: earlier, after: nil, limit: 9)
                try expectEqual(none, [])
                let other = try await catalog.neverLinked(in: "avatars", unchangedSince: newest, after: nil, limit: 9)
                try expectEqual(other, [])
                let behind = try await catalog.neverLinked(
                    in: "posters",
                    unchangedSince: newest,
                    after: files[3].id,
                    limit: 9
                )
                try expectEqual(behind, [])
            },
        ]
    }

    private static var restoring: [Check] {
        [
            Check(description: "what is restored is the record that it was, with former paths and links") { catalog in
                let jpeg = SampleRecords.file("1 é", seed: 5)
                try await catalog.adopt(jpeg)
                var file = self.rich()
                file.id = jpeg.id
                try await catalog.adopt(file)
                let link = FileLink(entity: "movie", entityID: "42", role: "poster")
                _ = try await catalog.link(link, to: file.id, isSingle: true)
                let recorded = try await catalog.file(id: file.id)
                let removal = SampleRecords.removal(of: file)
                try await catalog.remove(removal, as: Removal(retention: .seconds(60), removesLinks: true))
                try await catalog.close(removal)
                try expectEqual(try await catalog.file(movedFrom: jpeg.path), nil)
                let intent = self.restoration(of: file)
                try await catalog.beginRestoring(intent)
                try expectEqual(try await catalog.hasOpenIntent(on: file.path), true)
                for _ in 0..<2 { try await catalog.finishRestoring(intent) }
                try expectEqual(try await catalog.file(id: file.id), recorded)
                try expectEqual(try await catalog.file(movedFrom: jpeg.path)?.id, file.id)
                let links = try await catalog.links(matching: LinkFilter(fileID: file.id), after: nil, limit: 10)
                try expectEqual(links.map(\.link), [link])
                try expectEqual(links.map(\.isSingle), [true])
                try expectEqual(try await catalog.trashEntry(file.id), nil)
                try expectEqual(try await catalog.openIntents(), [])
            },
            Check(description: "a single role that has another file by now keeps that one") { catalog in
                let (old, new) = (SampleRecords.file("1", seed: 1), SampleRecords.file("2", seed: 2))
                for file in [old, new] { try await catalog.adopt(file) }
                let link = FileLink(entity: "movie", entityID: "42", role: "poster")
                _ = try await catalog.link(link, to: old.id, isSingle: true)
                let removal = SampleRecords.removal(of: old)
                try await catalog.remove(removal, as: Removal(retention: .seconds(60), removesLinks: true))
                try await catalog.close(removal)
                _ = try await catalog.link(link, to: new.id, isSingle: true)
                let intent = self.restoration(of: old)
                try await catalog.beginRestoring(intent)
                try await catalog.finishRestoring(intent)
                let links = try await catalog.links(
                    matching: LinkFilter(entity: "movie", entityID: "42"),
                    after: nil,
                    limit: 10
                )
                try expectEqual(links.map(\.fileID), [new.id])
            },
            Check(description: "a name that is taken by now is name_taken; what is not in the trash is not_found") {
                catalog in
                let old = SampleRecords.file("1", seed: 1)
                try await catalog.adopt(old)
                try await self.trash(old, catalog)
                // Another path, the same name.
                let new = SampleRecords.file("1", type: .png, seed: 2, id: MediaID(now: old.updatedAt))
                try await catalog.adopt(new)
                try await expect(.nameTaken) { () async throws(MediaError) in
                    try await catalog.beginRestoring(self.restoration(of: old))
                }
                try expectEqual(try await catalog.openIntents(), [])
                try await expect(.notFound) { () async throws(MediaError) in
                    try await catalog.beginRestoring(self.restoration(of: SampleRecords.file("9", seed: 9)))
                }
                try await catalog.forget(new)
                let open = SampleRecords.publication(
                    of: SampleRecords.file("1", seed: 3, id: MediaID(now: old.updatedAt))
                )
                try await catalog.begin(open)
                try await expect(.nameBusy) { () async throws(MediaError) in
                    try await catalog.beginRestoring(self.restoration(of: old))
                }
            },
        ]
    }
}
