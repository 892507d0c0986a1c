import MediaCore

extension CatalogConformance {
    /// Grants: each is for one file.
    static var grants: [Check] {
        [
            Check(
                description: "who begins again with a grant finds the upload, while it is open and when it is complete"
            ) {
                catalog in
                for (number, state) in [Upload.State.receiving, .processing, .complete].enumerated() {
                    let first = Self.granted(10 * number, "g\(number)")
                    try expectEqual(try await catalog.create(first, within: SampleRecords.ampleQuota), first)
                    var present = first
                    present.state = state
                    try expect(try await catalog.update(present, from: [.receiving]), "written")
                    let again = Self.granted(10 * number + 1, "g\(number)")
                    try expectEqual(try await catalog.create(again, within: Self.quota(uploads: 0)), present)
                    try expectEqual(try await catalog.upload(id: again.id), nil)
                    try expectEqual(try await catalog.upload(ofGrant: "g\(number)"), present)
                }
                try expectEqual(try await catalog.upload(ofGrant: "other"), nil)
            },
            Check(description: "failed and ended uploads give the grant back, and a failed one is ended") { catalog in
                for (number, state) in [Upload.State.failed, .terminated, .expired].enumerated() {
                    var first = Self.granted(10 * number, "g\(number)")
                    try await catalog.create(first, within: SampleRecords.ampleQuota)
                    first.state = state
                    try expect(try await catalog.update(first, from: [.receiving]), "written")
                    let again = Self.granted(10 * number + 1, "g\(number)")
                    try expectEqual(try await catalog.create(again, within: SampleRecords.ampleQuota), again)
                    try expectEqual(
                        try await catalog.upload(id: first.id)?.state,
                        state == .failed ? .terminated : state
                    )
                    try expectEqual(try await catalog.upload(ofGrant: "g\(number)")?.id, again.id)
                }
            },
            Check(description: "an upload that is refused does not take the grant") { catalog in
                let refused = Self.granted(1, "g")
                try await expect(.tooManyUploads) { () async throws(MediaError) in
                    try await catalog.create(refused, within: Self.quota(uploads: 0))
                }
                let taken = Self.granted(2, "g")
                try expectEqual(try await catalog.create(taken, within: SampleRecords.ampleQuota), taken)
            },
            Check(description: "parts share a grant and take no more than twice the file; the whole claims it") {
                catalog in
                for number in 0..<4 {
                    let part = Self.granted(number, "g", kind: .partial, length: 500, maximum: 1000)
                    try expectEqual(try await catalog.create(part, within: SampleRecords.ampleQuota), part)
                }
                let fifth = Self.granted(5, "g", kind: .partial, length: 1, maximum: 1000)
                try await expect(.fileTooLarge) { () async throws(MediaError) in
                    try await catalog.create(fifth, within: SampleRecords.ampleQuota)
                }
                try expectEqual(try await catalog.upload(ofGrant: "g"), nil)
                let parts = [SampleRecords.uploadID(0), SampleRecords.uploadID(1)]
                let whole = Self.granted(6, "g", kind: .final(parts: parts), length: 1000, maximum: 1000)
                try expectEqual(try await catalog.create(whole, within: SampleRecords.ampleQuota), whole)
                try expectEqual(try await catalog.upload(ofGrant: "g")?.id, whole.id)
            },
            Check(
                description: "a plain upload claims its grant with its intent, and gives it back when that is withdrawn"
            ) {
                catalog in
                let terms = CommitTerms(grant: Self.claim("g"))
                let first = SampleRecords.publication(of: SampleRecords.file("1"))
                try await catalog.begin(first, under: terms)
                try expectEqual(try await catalog.file(ofGrant: "g"), nil)
                let second = SampleRecords.publication(of: SampleRecords.file("2"))
                try await expect(.nameBusy) { () async throws(MediaError) in
                    try await catalog.begin(second, under: terms)
                }
                try expect(!(try await catalog.isOpen(second)), "nothing of a refused one is left")
                try await expect(.nameBusy) { () async throws(MediaError) in
                    try await catalog.create(Self.granted(1, "g"), within: SampleRecords.ampleQuota)
                }
                try await catalog.close(first)
                try await catalog.begin(second, under: terms)
                try await catalog.finish(second)
                try expectEqual(try await catalog.file(ofGrant: "g")?.id, second.file.id)
                try await catalog.close(second)
                for number in [3, 4] {
                    let late = SampleRecords.publication(of: SampleRecords.file("\(number)"))
                    try await expect(.grantUsed) { () async throws(MediaError) in
                        try await catalog.begin(late, under: terms)
                    }
                }
                try await expect(.grantUsed) { () async throws(MediaError) in
                    try await catalog.create(Self.granted(2, "g"), within: SampleRecords.ampleQuota)
                }
                try await catalog.forget(second.file)
                try expectEqual(try await catalog.file(ofGrant: "g"), nil)
                try await expect(.grantUsed, "a deleted file does not free it") { () async throws(MediaError) in
                    try await catalog.begin(first, under: terms)
                }
            },
            Check(description: "a plain upload does not take the grant of a resumable one; a file of that one uses it")
            {
                catalog in
                let upload = Self.granted(1, "g")
                try await catalog.create(upload, within: SampleRecords.ampleQuota)
                let plain = SampleRecords.publication(of: SampleRecords.file("1"))
                try await expect(.grantUsed) { () async throws(MediaError) in
                    try await catalog.begin(plain, under: CommitTerms(grant: Self.claim("g")))
                }
                var intent = plain
                intent.upload = upload.id
                try await catalog.begin(intent)
                try await catalog.finish(intent)
                try expectEqual(try await catalog.upload(id: upload.id)?.state, .complete)
                try expectEqual(try await catalog.file(ofGrant: "g")?.id, intent.file.id)
                let end = Timestamp(microseconds: Int64.max / 2)
                _ = try await catalog.forgetEnded(before: end)
                try expectEqual(try await catalog.upload(id: upload.id), nil)
                // Its expiry is before that, too.
                try expectEqual(try await catalog.file(ofGrant: "g"), nil)
            },
            Check(description: "used grants are remembered until they have expired for every clock") { catalog in
                let intent = SampleRecords.publication(of: SampleRecords.file("1"))
                try await catalog.begin(intent, under: CommitTerms(grant: Self.claim("g")))
                try await catalog.finish(intent)
                let end = Self.grantEnd.microseconds + GrantClaim.memory.components.seconds * 1_000_000
                _ = try await catalog.forgetEnded(before: Timestamp(microseconds: end))
                try expect(try await catalog.file(ofGrant: "g") != nil, "kept")
                _ = try await catalog.forgetEnded(before: Timestamp(microseconds: end + 1))
                try expect(try await catalog.file(ofGrant: "g") == nil, "forgotten")
            },
            Check(description: "of many creations with one grant at once, one makes an upload, and all find it") {
                catalog in
                let found = try await withThrowingTaskGroup(of: UploadID.self) { group in
                    for number in 0..<20 {
                        group.addTask {
                            try await catalog.create(Self.granted(number, "g"), within: SampleRecords.ampleQuota).id
                        }
                    }
                    return try await group.reduce(into: Set<UploadID>()) { $0.insert($1) }
                }
                try expectEqual(found.count, 1)
                try expectEqual(try await catalog.uploads(in: .receiving, limit: 100).map(\.id), Array(found))
            },
            Check(description: "of many plain uploads with one grant at once, one is recorded") { catalog in
                let begun = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for number in 0..<20 {
                        group.addTask {
                            let intent = SampleRecords.publication(of: SampleRecords.file("\(number)"))
                            do throws(MediaError) {
                                try await catalog.begin(intent, under: CommitTerms(grant: Self.claim("g")))
                                return true
                            } catch {
                                try expectEqual(error.code, .nameBusy)
                                return false
                            }
                        }
                    }
                    return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                }
                try expectEqual(begun, 1)
                try expectEqual(try await catalog.openIntents().count, 1)
            },
        ]
    }

    private static let grantEnd = SampleRecords.uploadTime

    static func claim(_ id: String) -> GrantClaim { GrantClaim(id: id, expiresAt: Self.grantEnd) }

    private static func granted(
        _ number: Int,
        _ grant: String,
        kind: Upload.Kind = .whole,
        length: Int64 = 1000,
        maximum: Int64? = nil
    ) -> Upload {
        var upload = SampleRecords.upload(number, kind: kind, length: length)
        upload.beganWith = "grant:\(grant)"
        upload.conditions = UploadConditions(
            grant: Self.claim(grant),
            maximumSize: maximum.map { ByteCount(bytes: $0) }
        )
        return upload
    }
}
