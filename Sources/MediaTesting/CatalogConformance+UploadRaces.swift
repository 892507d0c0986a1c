import MediaCore

extension CatalogConformance {
    static var uploadRaces: [Check] {
        [
            Check(description: "of many creations at once, exactly as many as the client may have go through") {
                catalog in
                let outcome = try await Self.race(40, on: catalog, within: Self.quota(uploads: 7)) {
                    SampleRecords.upload($0, client: "192.0.2.\($0 % 2)")
                }
                try expectEqual(outcome.created, 14)
                try expectEqual(outcome.refusals, Array(repeating: .tooManyUploads, count: 26))
            },
            Check(description: "of many creations at once, exactly as many bytes as there is room for go through") {
                catalog in
                let outcome = try await Self.race(40, on: catalog, within: Self.quota(bytes: 1099)) {
                    SampleRecords.upload($0, length: 100, client: "192.0.2.\($0)")
                }
                try expectEqual(outcome.created, 10)
                try expectEqual(outcome.refusals, Array(repeating: .stagingQuota, count: 30))
                try expectEqual(try await catalog.reservedBytes(), ByteCount(bytes: 1000))
            },
            Check(description: "of many creations of one identifier at once, one goes through") { catalog in
                let outcome = try await Self.race(10, on: catalog, within: SampleRecords.ampleQuota) {
                    SampleRecords.upload(1, length: Int64($0))
                }
                try expectEqual(outcome.created, 1)
                try expectEqual(outcome.refusals, Array(repeating: .internalError, count: 9))
            },
            Check(description: "of many who move an upload on at once, one does") { catalog in
                let upload = SampleRecords.upload(1)
                try await catalog.create(upload, within: SampleRecords.ampleQuota)
                let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for _ in 0..<20 {
                        group.addTask {
                            var moved = upload
                            moved.state = .processing
                            return try await catalog.update(moved, from: [.receiving, .failed])
                        }
                    }
                    return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                }
                try expectEqual(winners, 1)
            },
        ]
    }

    private static func race(
        _ count: Int,
        on catalog: any UploadCatalog,
        within quota: UploadQuota,
        _ upload: @escaping @Sendable (Int) -> Upload
    ) async throws -> (created: Int, refusals: [MediaError.Code]) {
        await withTaskGroup(of: MediaError.Code?.self) { group in
            for number in 0..<count {
                group.addTask {
                    do throws(MediaError) {
                        try await catalog.create(upload(number), within: quota)
                        return nil
                    } catch {
                        return error.code
                    }
                }
            }
            return await group.reduce(into: (0, [])) { outcome, code in
                if let code { outcome.1.append(code) } else { outcome.0 += 1 }
            }
        }
    }
}
