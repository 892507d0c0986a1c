import MediaCore

extension CatalogConformance {
    static var uploadUpkeep: [Check] {
        [
            Check(description: "uploads in a state come oldest first, up to the limit") { catalog in
                for number in [3, 1, 5, 2, 4] {
                    let created = Int64(number == 2 ? 1 : number)
                    for (index, state) in Upload.State.allCases.enumerated() {
                        try await catalog.create(
                            SampleRecords.upload(100 * index + number, state: state, createdAt: created),
                            within: SampleRecords.ampleQuota
                        )
                    }
                }
                for (index, state) in Upload.State.allCases.enumerated() {
                    let all = [1, 2, 3, 4, 5].map { SampleRecords.uploadID(100 * index + $0) }
                    try expectEqual(try await catalog.uploads(in: state, limit: 100).map(\.id), all)
                    try expectEqual(try await catalog.uploads(in: state, limit: 2).map(\.id), Array(all.prefix(2)))
                    try expectEqual(try await catalog.uploads(in: state, limit: 0), [])
                }
            },
            Check(description: "ended uploads are forgotten after their last change, open ones never") { catalog in
                let limit = Timestamp(microseconds: SampleRecords.uploadTime.microseconds + 10)
                var kept: Set<UploadID> = []
                for (index, state) in Upload.State.allCases.enumerated() {
                    for (number, age) in [Int64(0), 9, 10, 11].enumerated() {
                        var upload = SampleRecords.upload(10 * index + number, state: state)
                        upload.updatedAt = Timestamp(microseconds: SampleRecords.uploadTime.microseconds + age)
                        try await catalog.create(upload, within: SampleRecords.ampleQuota)
                        if age >= 10 || Upload.State.open.contains(state) { kept.insert(upload.id) }
                    }
                }
                try expectEqual(try await catalog.forgetEnded(before: limit), 6)
                try expectEqual(try await catalog.forgetEnded(before: limit), 0)
                let everything = Set((0..<60).map { SampleRecords.uploadID($0) })
                try expectEqual(Set(try await catalog.uploads(ids: everything).map(\.id)), kept)
            },
            Check(description: "a catalog without uploads answers") { catalog in
                try expectEqual(try await catalog.reservedBytes(), ByteCount(bytes: 0))
                try expectEqual(try await catalog.uploads(in: .processing, limit: 10), [])
                try expectEqual(try await catalog.expired(before: SampleRecords.uploadTime, limit: 10), [])
                try expectEqual(try await catalog.forgetEnded(before: SampleRecords.uploadTime), 0)
            },
        ]
    }

    static var uploadExpiry: [Check] {
        [
            Check(description: "expired are those receiving or failed, strictly before the time, longest overdue first")
            {
                catalog in
                let time = Timestamp(microseconds: SampleRecords.uploadTime.microseconds + 100)
                for (index, state) in Upload.State.allCases.enumerated() {
                    for expiry in [Int64(101), 100, 99, 50] {
                        let upload = SampleRecords.upload(1000 * index + Int(expiry), state: state, expiresAt: expiry)
                        try await catalog.create(upload, within: SampleRecords.ampleQuota)
                    }
                }
                let (receiving, failed) = (Self.index(of: .receiving), Self.index(of: .failed))
                let wanted = [1000 * receiving + 50, 1000 * failed + 50, 1000 * receiving + 99, 1000 * failed + 99]
                    .map { SampleRecords.uploadID($0) }
                try expectEqual(try await catalog.expired(before: time, limit: 100).map(\.id), wanted)
                try expectEqual(try await catalog.expired(before: time, limit: 3).map(\.id), Array(wanted.prefix(3)))
                try expectEqual(try await catalog.expired(before: time, limit: 0), [])
            },
            Check(description: "an upload whose expiry is put off is no longer expired") { catalog in
                var upload = SampleRecords.upload(1, expiresAt: 10)
                try await catalog.create(upload, within: SampleRecords.ampleQuota)
                let time = Timestamp(microseconds: SampleRecords.uploadTime.microseconds + 11)
                try expectEqual(try await catalog.expired(before: time, limit: 10), [upload])
                upload.expiresAt = time
                try expect(try await catalog.update(upload, from: [.receiving, .failed]), "updated")
                try expectEqual(try await catalog.expired(before: time, limit: 10), [])
            },
            Check(description: "open uploads that were given years expire when they are told to, all others as before")
            { catalog in
                let time = Timestamp(microseconds: SampleRecords.uploadTime.microseconds + 1000)
                let states: [Upload.State] = [.receiving, .failed, .processing, .complete]
                for (number, state) in states.enumerated() {
                    let upload = SampleRecords.upload(number + 1, state: state, expiresAt: 1001)
                    try await catalog.create(upload, within: SampleRecords.ampleQuota)
                }
                try await catalog.create(SampleRecords.upload(9, expiresAt: 1000), within: SampleRecords.ampleQuota)
                let expiry = Timestamp(microseconds: SampleRecords.uploadTime.microseconds + 7)
                try expectEqual(try await catalog.shortenExpiry(after: time, to: expiry), 2)
                try expectEqual(try await catalog.shortenExpiry(after: time, to: expiry), 0)
                for number in [1, 2, 3, 4, 9] {
                    let found = try await catalog.upload(id: SampleRecords.uploadID(number))?.expiresAt
                    let kept = Timestamp(
                        microseconds: SampleRecords.uploadTime.microseconds + (number == 9 ? 1000 : 1001)
                    )
                    try expectEqual(found, number <= 2 ? expiry : kept, "\(number)")
                }
            },
            Check(description: "parts of a concatenation under way do not expire, and do not use up the limit") {
                catalog in
                let time = Timestamp(microseconds: SampleRecords.uploadTime.microseconds + 1000)
                for number in 1...4 {
                    let part = SampleRecords.upload(number, kind: .partial, expiresAt: Int64(number))
                    try await catalog.create(part, within: SampleRecords.ampleQuota)
                }
                // Named as a part, but none: nothing holds it.
                try await catalog.create(SampleRecords.upload(5, expiresAt: 5), within: SampleRecords.ampleQuota)
                let parts = [2, 1, 2, 5].map { SampleRecords.uploadID($0) }
                var final = SampleRecords.upload(10, kind: .final(parts: parts), state: .processing, expiresAt: 0)
                try await catalog.create(final, within: SampleRecords.ampleQuota)
                func expired(_ limit: Int = 100) async throws -> [Int] {
                    let found = try await catalog.expired(before: time, limit: limit).map(\.id)
                    return (1...10).filter { found.contains(SampleRecords.uploadID($0)) }
                }
                try expectEqual(try await expired(), [3, 4, 5])
                try expectEqual(try await expired(2), [3, 4])
                for state in Upload.State.allCases where state != .processing {
                    let before = final.state
                    final.state = state
                    try expect(try await catalog.update(final, from: [before]), "to \(state)")
                    let isOpen = [.receiving, .failed].contains(state)
                    try expectEqual(try await expired(), isOpen ? [1, 2, 3, 4, 5, 10] : [1, 2, 3, 4, 5], "\(state)")
                }
                // A part that is itself being made from nothing is no concatenation.
                let partial = SampleRecords.upload(11, kind: .partial, state: .processing, expiresAt: 0)
                try await catalog.create(partial, within: SampleRecords.ampleQuota)
                try expectEqual(try await expired(), [1, 2, 3, 4, 5])
            },
        ]
    }

    private static func index(of state: Upload.State) -> Int { Upload.State.allCases.firstIndex(of: state) ?? -1 }
}
