import MediaCore

extension CatalogConformance {
    /// What one owner may have.
    static var owners: [Check] {
        [
            Check(description: "files, open uploads and plain uploads on their way count for their owner, parts do not")
            {
                catalog in
                try await Self.addFile("1", owner: "ann", to: catalog)
                try await Self.addFile("2", owner: "bob", to: catalog)
                try await catalog.create(Self.owned(1, by: "ann", length: 30), within: SampleRecords.ampleQuota)
                let part = Self.owned(2, by: "ann", length: 40, kind: .partial)
                try await catalog.create(part, within: SampleRecords.ampleQuota)
                var way = SampleRecords.publication(of: SampleRecords.file("3"))
                way.file.owner = "ann"
                try await catalog.begin(way)
                let size = SampleRecords.file("1").version.size.bytes
                let usage = try await catalog.usage(of: "ann", without: nil, replacing: .init())
                try expectEqual(usage, OwnerUsage(files: 3, size: ByteCount(bytes: 2 * size + 30)))
                try expectEqual(
                    try await catalog.usage(
                        of: "ann",
                        without: SampleRecords.uploadID(1),
                        replacing: .init(collection: "posters", name: "1.jpg")
                    ),
                    OwnerUsage(files: 1, size: ByteCount(bytes: size))
                )
                try expectEqual(
                    try await catalog.usage(of: "Ann", without: nil, replacing: .init()),
                    OwnerUsage(files: 0, size: ByteCount(bytes: 0))
                )
            },
            Check(description: "an upload that does not fit into its owner's quota is refused, saying what there is") {
                catalog in
                let quota = Self.quota(owner: OwnerQuota(maximumFiles: 2, maximumSize: ByteCount(bytes: 100)))
                try await catalog.create(Self.owned(1, by: "ann", length: 60), within: quota)
                let large = Self.owned(2, by: "ann", length: 41)
                let error = await Self.refusal { () async throws(MediaError) in
                    try await catalog.create(large, within: quota)
                }
                try expectEqual(error?.code, .ownerQuota)
                try expectEqual(error?.details["usedBytes"], .number(60))
                try expectEqual(error?.details["allowedBytes"], .number(100))
                try expectEqual(try await catalog.upload(id: large.id), nil)
                try await catalog.create(Self.owned(3, by: "ann", length: 40), within: quota)
                try await expect(.ownerQuota) { () async throws(MediaError) in
                    try await catalog.create(Self.owned(4, by: "ann", length: 0), within: quota)
                }
                try await catalog.create(Self.owned(5, by: "bob", length: 100), within: quota)
                try await catalog.create(SampleRecords.upload(6), within: quota)
            },
            Check(description: "a commit is checked too; a replacement counts for what it adds, an upload once") {
                catalog in
                let size = SampleRecords.file("1").version.size
                let quota = OwnerQuota(maximumFiles: 1, maximumSize: size)
                let terms = CommitTerms(quota: quota)
                try await Self.addFile("1", owner: "ann", to: catalog)
                var second = SampleRecords.publication(of: SampleRecords.file("2"))
                second.file.owner = "ann"
                try await expect(.ownerQuota) { [second] () async throws(MediaError) in
                    try await catalog.begin(second, under: terms)
                }
                try expect(!(try await catalog.isOpen(second)), "nothing is left")
                var replacement = SampleRecords.publication(of: SampleRecords.file("1"))
                replacement.file.owner = "ann"
                try await catalog.begin(replacement, under: terms)
                try await catalog.close(replacement)
                second.file.owner = "bob"
                let upload = Self.owned(1, by: "bob", length: size.bytes)
                try await catalog.create(upload, within: Self.quota(owner: quota))
                try await expect(.ownerQuota) { [second] () async throws(MediaError) in
                    try await catalog.begin(second, under: terms)
                }
                second.upload = upload.id
                try await catalog.begin(second, under: terms)
            },
            Check(description: "a file keeps its owner when it is replaced, and gets one where it had none") {
                catalog in
                try await Self.addFile("1", owner: nil, to: catalog)
                try await Self.addFile("1", owner: "ann", to: catalog)
                let name = try MediaName(validating: "1")
                try expectEqual(try await catalog.file(collection: "posters", name: name)?.owner, "ann")
                try await Self.addFile("1", owner: "bob", to: catalog)
                try expectEqual(try await catalog.file(collection: "posters", name: name)?.owner, "ann")
            },
            Check(description: "of many uploads of one owner at once, as many go through as he may have") { catalog in
                let quota = OwnerQuota(maximumFiles: 7)
                let begun = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for number in 0..<30 {
                        group.addTask {
                            var intent = SampleRecords.publication(of: SampleRecords.file("\(number)"))
                            intent.file.owner = "ann"
                            do throws(MediaError) {
                                if number.isMultiple(of: 2) {
                                    try await catalog.begin(intent, under: CommitTerms(quota: quota))
                                } else {
                                    let upload = Self.owned(number, by: "ann", length: 10)
                                    try await catalog.create(upload, within: Self.quota(owner: quota))
                                }
                                return true
                            } catch {
                                try expectEqual(error.code, .ownerQuota)
                                return false
                            }
                        }
                    }
                    return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                }
                try expectEqual(begun, 7)
            },
        ]
    }

    private static func addFile(
        _ name: String,
        owner: String?,
        to catalog: any Catalog & UploadCatalog
    ) async throws {
        var intent = SampleRecords.publication(of: SampleRecords.file(name))
        let mediaName = try MediaName(validating: name)
        if let present = try await catalog.file(collection: "posters", name: mediaName) { intent.file.id = present.id }
        intent.file.owner = owner
        try await catalog.begin(intent)
        try await catalog.finish(intent)
    }

    private static func owned(
        _ number: Int,
        by owner: String,
        length: Int64,
        kind: Upload.Kind = .whole
    ) -> Upload {
        var upload = SampleRecords.upload(number, kind: kind, length: length)
        upload.owner = owner
        return upload
    }

    private static func quota(owner: OwnerQuota) -> UploadQuota {
        UploadQuota(
            maximumOpenPerClient: 1_000_000,
            maximumStagingSize: ByteCount(bytes: .max),
            owner: owner
        )
    }

    private static func refusal(_ body: () async throws(MediaError) -> Void) async -> MediaError? {
        do { try await body() } catch { return error }
        return nil
    }
}
