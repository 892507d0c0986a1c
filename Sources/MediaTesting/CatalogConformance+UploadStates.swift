import MediaCore

extension CatalogConformance {
    static var uploadUpdates: [Check] {
        [
            Check(description: "an update writes what may change, and leaves what was announced as it was") { catalog in
                let made = SampleRecords.upload(1)
                try await catalog.create(made, within: SampleRecords.ampleQuota)
                var changed = SampleRecords.completeUpload(1, kind: .final(parts: [SampleRecords.uploadID(2)]))
                changed.length = nil
                changed.createdAt = Timestamp(microseconds: 1)
                changed.expiresAt = Timestamp(microseconds: 2)
                changed.client = "somebody else"
                try expect(try await catalog.update(changed, from: [.receiving]), "updated")
                var expected = made
                expected.length = changed.length
                expected.reserved = changed.reserved
                expected.target = changed.target
                expected.conditions = changed.conditions
                expected.state = changed.state
                expected.fileID = changed.fileID
                expected.problem = changed.problem
                expected.updatedAt = changed.updatedAt
                expected.expiresAt = changed.expiresAt
                try expectEqual(try await catalog.upload(id: made.id), expected)
                try expect(try await catalog.update(made, from: [.failed]), "and back")
                try expectEqual(try await catalog.upload(id: made.id), made)
            },
            Check(description: "an update from any other state than the present one is refused and changes nothing") {
                catalog in
                for (number, state) in Upload.State.allCases.enumerated() {
                    let upload = SampleRecords.upload(number, state: state)
                    try await catalog.create(upload, within: SampleRecords.ampleQuota)
                    var changed = SampleRecords.completeUpload(number)
                    let others = Set(Upload.State.allCases).subtracting([state])
                    try expect(!(try await catalog.update(changed, from: others)), "from others than \(state)")
                    try expect(!(try await catalog.update(changed, from: [])), "from none")
                    try expectEqual(try await catalog.upload(id: upload.id), upload)
                    for next in Upload.State.allCases {
                        changed.state = next
                        let present = try await catalog.upload(id: upload.id)?.state
                        try expect(try await catalog.update(changed, from: [present ?? state]), "to \(next)")
                        try expectEqual(try await catalog.upload(id: upload.id)?.state, next)
                    }
                }
            },
        ]
    }

    static var uploadCompletion: [Check] {
        [
            Check(description: "finishing a commit completes its upload with it, and clears the problem") { catalog in
                for (number, state) in [Upload.State.processing, .receiving, .failed].enumerated() {
                    var upload = SampleRecords.completeUpload(number)
                    upload.state = state
                    upload.fileID = nil
                    try await catalog.create(upload, within: SampleRecords.ampleQuota)
                    let other = SampleRecords.upload(100 + number, state: .processing)
                    try await catalog.create(other, within: SampleRecords.ampleQuota)
                    let file = SampleRecords.file("\(number)", seed: UInt8(number + 1))
                    let intent = SampleRecords.publication(of: file, upload: upload.id)
                    try await catalog.begin(intent)
                    try expectEqual(try await catalog.openIntents(), [intent])
                    try expectEqual(try await catalog.upload(id: upload.id), upload)
                    try await catalog.finish(intent)
                    upload.state = .complete
                    upload.fileID = file.id
                    upload.problem = nil
                    upload.updatedAt = file.updatedAt
                    try expectEqual(try await catalog.upload(id: upload.id), upload)
                    try expectEqual(try await catalog.upload(id: other.id), other)
                    try expectEqual(try await catalog.file(id: file.id), file)
                }
            },
            Check(description: "finishing twice leaves alone what became of the upload since") { catalog in
                for (number, obsolete) in [nil, MediaPath(trusted: "posters/old.png")].enumerated() {
                    var upload = SampleRecords.upload(number, state: .processing)
                    try await catalog.create(upload, within: SampleRecords.ampleQuota)
                    let file = SampleRecords.file("\(number)", seed: UInt8(number + 1))
                    let intent = SampleRecords.publication(of: file, obsolete: obsolete, upload: upload.id)
                    try await catalog.begin(intent)
                    try await catalog.finish(intent)
                    upload.state = .processing
                    try expect(try await catalog.update(upload, from: [.complete]), "processed again")
                    try await catalog.finish(intent)
                    try expectEqual(try await catalog.upload(id: upload.id), upload)
                    try await catalog.close(intent)
                }
            },
            Check(description: "a commit that cannot be finished leaves its upload as it was") { catalog in
                try await catalog.adopt(SampleRecords.file("1", seed: 1))
                let upload = SampleRecords.upload(1, state: .processing)
                try await catalog.create(upload, within: SampleRecords.ampleQuota)
                let intent = SampleRecords.publication(of: SampleRecords.file("1", seed: 2), upload: upload.id)
                try await catalog.begin(intent)
                try await expect(.nameTaken) { () async throws(MediaError) in try await catalog.finish(intent) }
                try expectEqual(try await catalog.upload(id: upload.id), upload)
                try expectEqual(try await catalog.openIntents(), [intent])
                try await catalog.close(intent)
                try await catalog.finish(intent)
                try expectEqual(try await catalog.upload(id: upload.id), upload)
            },
            Check(description: "an upload that was ended or forgotten meanwhile stays so; its file is recorded") {
                catalog in
                for (number, state) in [Upload.State.terminated, .expired, .complete].enumerated() {
                    let upload = SampleRecords.upload(number, state: state)
                    try await catalog.create(upload, within: SampleRecords.ampleQuota)
                    let file = SampleRecords.file("\(number)", seed: UInt8(number + 1))
                    let intent = SampleRecords.publication(of: file, upload: upload.id)
                    try await catalog.begin(intent)
                    try await catalog.finish(intent)
                    try expectEqual(try await catalog.upload(id: upload.id), upload)
                    try expectEqual(try await catalog.file(id: file.id), file)
                }
                let file = SampleRecords.file("forgotten", seed: 9)
                let unknown = SampleRecords.uploadID(99)
                let intent = SampleRecords.publication(of: file, upload: unknown)
                try await catalog.begin(intent)
                try await catalog.finish(intent)
                try expectEqual(try await catalog.file(id: file.id), file)
                try expectEqual(try await catalog.upload(id: unknown), nil)
            },
            Check(description: "a complete upload keeps naming its file after the file is gone") { catalog in
                let upload = SampleRecords.upload(1, state: .processing)
                try await catalog.create(upload, within: SampleRecords.ampleQuota)
                let file = SampleRecords.file("1")
                let intent = SampleRecords.publication(of: file, upload: upload.id)
                try await catalog.begin(intent)
                try await catalog.finish(intent)
                try await catalog.forget(file)
                try expectEqual(try await catalog.upload(id: upload.id)?.fileID, file.id)
            },
        ]
    }
}
