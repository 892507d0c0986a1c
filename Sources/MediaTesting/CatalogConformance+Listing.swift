import MediaCore

extension CatalogConformance {
    static var adopting: [Check] {
        [
            Check(description: "adopt records, and corrects the record of the same id") { catalog in
                let file = SampleRecords.file("1", seed: 1)
                try await catalog.adopt(file)
                var changed = SampleRecords.file("1", seed: 2, id: file.id)
                changed.createdAt = file.createdAt
                try await catalog.adopt(changed)
                try expectEqual(try await catalog.file(id: file.id), changed)
                try expectEqual(try await catalog.files(matching: FileFilter(), before: nil, limit: 10), [changed])
            },
            Check(description: "adopting a name or a path of another record is name_taken") { catalog in
                let file = SampleRecords.file("1", seed: 1)
                try await catalog.adopt(file)
                let sameName = SampleRecords.file("1", type: .png, seed: 2)
                try await expect(.nameTaken) { () async throws(MediaError) in try await catalog.adopt(sameName) }
                var samePath = SampleRecords.file("2", seed: 3)
                samePath.path = file.path
                let intruder = samePath
                try await expect(.nameTaken) { () async throws(MediaError) in try await catalog.adopt(intruder) }
                try expectEqual(try await catalog.files(matching: FileFilter(), before: nil, limit: 10), [file])
            },
            Check(description: "forget drops the record; doing it twice is not_found") { catalog in
                let file = SampleRecords.file("1")
                try await catalog.adopt(file)
                try await catalog.forget(file)
                try expectEqual(try await catalog.file(path: file.path), nil)
                try await expect(.notFound) { () async throws(MediaError) in try await catalog.forget(file) }
            },
            Check(description: "a digest is in use as long as one record has it") { catalog in
                let (first, second) = (SampleRecords.file("1", seed: 9), SampleRecords.file("2", seed: 9))
                let prefix = first.version.digest.prefix
                try expect(!(try await catalog.isInUse(digestPrefix: prefix)), "not in use yet")
                try await catalog.adopt(first)
                try await catalog.adopt(second)
                try await catalog.forget(first)
                try expect(try await catalog.isInUse(digestPrefix: prefix), "still in use")
                try await catalog.forget(second)
                try expect(!(try await catalog.isInUse(digestPrefix: prefix)), "no longer in use")
                try expect(!(try await catalog.isInUse(digestPrefix: "%")), "no pattern")
            },
        ]
    }

    static var listing: [Check] {
        [
            Check(
                description:
                    "a list has of closed collections the names that may be seen, whatever they have of patterns"
            ) {
                catalog in
                for (number, name) in ["user1", "user1-b", "user2", "50%_x", "5000x", "\u{E9}t\u{E9}"].enumerated() {
                    try await catalog.adopt(SampleRecords.file(name, seed: UInt8(number + 1)))
                }
                let collection = SampleRecords.file("user1").collection
                func names(_ names: [ReadableFiles.Names]) async throws -> [String] {
                    let readable = ReadableFiles(closedCollections: [collection], names: names)
                    return try await catalog.files(matching: FileFilter(readable: readable), before: nil, limit: 10)
                        .map(\.name.text).sorted()
                }
                try expectEqual(try await names([]), [])
                try expectEqual(
                    try await names([.init(collection: collection, name: "user1", isPrefix: true)]),
                    ["user1", "user1-b"]
                )
                try expectEqual(
                    try await names([
                        .init(collection: collection, name: "user1", isPrefix: false),
                        .init(collection: collection, name: "50%", isPrefix: true),
                        .init(collection: "other", name: "", isPrefix: true),
                    ]),
                    ["50%_x", "user1"]
                )
                try expectEqual(try await names([.init(collection: nil, name: "", isPrefix: true)]).count, 6)
                let others = ReadableFiles(closedCollections: ["other"], names: [])
                try expectEqual(
                    try await catalog.files(matching: FileFilter(readable: others), before: nil, limit: 10).count,
                    6
                )
            },
            Check(description: "pages go newest first, without gap or repetition, also while files are added") {
                catalog in
                for number in 1...23 { try await catalog.adopt(Self.numbered(number)) }
                var seen: [String] = []
                var cursor: MediaID?
                while true {
                    let page = try await catalog.files(matching: FileFilter(), before: cursor, limit: 5)
                    seen += page.map(\.name.text)
                    guard let last = page.last else { break }
                    cursor = last.id
                    try await catalog.adopt(Self.numbered(100 + seen.count))
                }
                try expectEqual(seen, (1...23).reversed().map(String.init))
                try expectEqual(try await catalog.files(matching: FileFilter(), before: nil, limit: 0), [])
            },
            Check(description: "filters: collection, exact type, pattern, path prefix, all together") { catalog in
                let files = [
                    SampleRecords.file("a", in: "posters", type: .jpeg, seed: 1),
                    SampleRecords.file("b", in: "posters", type: .png, seed: 2),
                    SampleRecords.file("trailers/m", in: "videos", type: .mp4, seed: 3),
                    SampleRecords.file("trailers2", in: "videos", type: .mp4, seed: 4),
                ]
                for file in files { try await catalog.adopt(file) }
                func names(_ filter: FileFilter) async throws -> Set<String> {
                    Set(try await catalog.files(matching: filter, before: nil, limit: 100).map(\.name.text))
                }
                try expectEqual(try await names(FileFilter(collection: "posters")), ["a", "b"])
                try expectEqual(try await names(FileFilter(collection: "post")), [])
                try expectEqual(try await names(FileFilter(type: "image/png")), ["b"])
                try expectEqual(try await names(FileFilter(type: "image/*")), ["a", "b"])
                try expectEqual(try await names(FileFilter(type: "image")), [])
                try expectEqual(try await names(FileFilter(type: "*/*")), ["a", "b", "trailers/m", "trailers2"])
                try expectEqual(try await names(FileFilter(pathPrefix: "videos/trailers/")), ["trailers/m"])
                try expectEqual(try await names(FileFilter(pathPrefix: "videos/tra")), ["trailers/m", "trailers2"])
                try expectEqual(try await names(FileFilter(pathPrefix: "")), ["a", "b", "trailers/m", "trailers2"])
                let all = FileFilter(collection: "posters", type: "image/*", pathPrefix: "posters/b")
                try expectEqual(try await names(all), ["b"])
                func names(_ collection: String?, _ prefix: String) async throws -> Set<String> {
                    try await names(FileFilter(collection: collection, pathPrefix: prefix))
                }
                try expectEqual(try await names(nil, "posters/"), ["a", "b"])
                try expectEqual(try await names(nil, "post"), ["a", "b"])
                for prefix in ["", "p", "posters", "posters/"] {
                    try expectEqual(try await names("posters", prefix), ["a", "b"])
                }
                for prefix in ["v", "posters2", "videos/", "videos/t", "/posters/", "/"] {
                    try expectEqual(try await names("posters", prefix), [])
                }
                try expectEqual(try await names("videos", "videos/trailers/"), ["trailers/m"])
            },
            Check(
                description:
                    "a list that tries a few files at a time finds each that matches once, and says when there are no more"
            ) {
                catalog in
                for number in 1...23 {
                    var file = Self.numbered(number)
                    if number % 7 == 0 { file.originalFilename = "sought \(number)" }
                    try await catalog.adopt(file)
                }
                let prefix = FileFilter(pathPrefix: "posters/1")
                let readable = ReadableFiles(
                    closedCollections: ["posters"],
                    names: [.init(collection: "posters", name: "2", isPrefix: true)]
                )
                for (filter, expected) in [
                    (FileFilter(search: "SOUGHT"), [21, 14, 7]), (FileFilter(search: "nothing"), []),
                    (FileFilter(collection: "posters", type: "image/*"), (1...23).reversed()),
                    (FileFilter(collection: "posters", type: "video/*"), []),
                    (FileFilter(readable: readable), [23, 22, 21, 20, 2]),
                    (prefix, [19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 1]),
                    (FileFilter(pathPrefix: "posters/1", search: "sought"), [14]), (FileFilter(), (1...23).reversed()),
                ] as [(FileFilter, [Int])] {
                    for bound in [1, 3, 11, 23, 24, 100] {
                        var (seen, cursor, looks) = ([String](), MediaID?.none, 0)
                        repeat {
                            let part = try await catalog.listing(
                                matching: filter,
                                before: cursor,
                                limit: 4,
                                examining: bound
                            )
                            seen += part.files.map(\.name.text)
                            cursor = part.files.count == 4 ? part.files.last?.id : part.end
                            looks += 1
                            try expect(looks < 100, "it comes to an end")
                        } while cursor != nil
                        try expectEqual(seen, expected.map(String.init))
                    }
                }
            },
            Check(description: "percent, underscore, backslash and quote in a prefix stand for themselves") { catalog in
                for (index, name) in ["50%", "50x", "a_b", "axb", "it's", "Ünï"].enumerated() {
                    try await catalog.adopt(SampleRecords.file(name, seed: UInt8(index + 1)))
                }
                func names(_ prefix: String) async throws -> Set<String> {
                    let filter = FileFilter(pathPrefix: "posters/\(prefix)")
                    return Set(try await catalog.files(matching: filter, before: nil, limit: 100).map(\.name.text))
                }
                try expectEqual(try await names("50%"), ["50%"])
                try expectEqual(try await names("%"), [])
                try expectEqual(try await names("a_"), ["a_b"])
                try expectEqual(try await names("it's"), ["it's"])
                try expectEqual(try await names("a\\_"), [])
                try expectEqual(try await names("\\"), [])
                try expectEqual(try await names("Ün"), ["Ünï"])
                try expectEqual(try await names("'; DROP TABLE media.files; --"), [])
            },
        ]
    }

    static var values: [Check] {
        [
            Check(description: "every field comes back exactly, to the microsecond and beyond 32 bits") { catalog in
                var file = SampleRecords.file("Ünïcode/名前 1", in: "documents", type: MediaType("application/x-odd"))
                file.version.size = .gibibytes(20)
                file.version.modifiedAt = Timestamp(microseconds: 1_795_366_759_999_999)
                file.createdAt = Timestamp(microseconds: -1)
                file.updatedAt = Timestamp(microseconds: 4_102_444_800_000_001)
                file.durationSeconds = 0.1 + 0.2
                file.originalFilename = "'; DROP TABLE media.files; --\n\"\u{1F600}"
                try await catalog.adopt(file)
                try expectEqual(try await catalog.file(id: file.id), file)
                var sparse = SampleRecords.file("sparse", seed: 2)
                sparse.dimensions = nil
                sparse.originalFilename = nil
                try await catalog.adopt(sparse)
                try expectEqual(try await catalog.file(id: sparse.id), sparse)
                let intent = SampleRecords.publication(of: SampleRecords.file("other", seed: 3))
                var exact = intent
                exact.file.version.modifiedAt = Timestamp(microseconds: 1_795_366_759_999_999)
                exact.file.durationSeconds = 0.1 + 0.2
                try await catalog.begin(exact)
                try expectEqual(try await catalog.openIntents(), [exact])
            },
            Check(description: "names differ by case and by every code point") { catalog in
                for (index, name) in ["a", "A", "ä", "а"].enumerated() {
                    try await catalog.adopt(SampleRecords.file(name, seed: UInt8(index + 1)))
                }
                let found = try await catalog.file(collection: "posters", name: MediaName(trusted: "A"))
                try expectEqual(found?.name.text, "A")
                try expectEqual(try await catalog.file(path: MediaPath(trusted: "posters/%.jpg")), nil)
            },
            Check(description: "an empty catalog answers") { catalog in
                try await catalog.ping()
                try expectEqual(try await catalog.files(matching: FileFilter(), before: nil, limit: 10), [])
                try expectEqual(try await catalog.openIntents(), [])
                try expectEqual(try await catalog.file(id: MediaID(now: Timestamp(microseconds: 0))), nil)
            },
        ]
    }

    /// Ids rise with the number, whatever random bits they have.
    private static func numbered(_ number: Int) -> MediaFile {
        let now = Timestamp(microseconds: 1_795_366_759_000_000 + Int64(number) * 1000)
        return SampleRecords.file("\(number)", seed: UInt8(number), id: MediaID(now: now))
    }
}
