import MediaCore

extension CatalogConformance {
    static var publishing: [Check] {
        [
            Check(description: "nothing is visible before finish, everything after it, the intent is gone") { catalog in
                let file = SampleRecords.file("1")
                let intent = SampleRecords.publication(of: file)
                try await catalog.begin(intent)
                try expectEqual(try await catalog.file(id: file.id), nil)
                try expectEqual(try await catalog.file(path: file.path), nil)
                try expect(try await catalog.isOpen(intent), "open after begin")
                try await catalog.finish(intent)
                try expectEqual(try await catalog.file(id: file.id), file)
                try expectEqual(try await catalog.file(path: file.path), file)
                try expectEqual(try await catalog.file(collection: "posters", name: file.name), file)
                try expect(!(try await catalog.isOpen(intent)), "closed after finish")
                try expectEqual(try await catalog.openIntents(), [])
            },
            Check(description: "finishing twice is harmless, also after the next version") { catalog in
                let first = SampleRecords.file("1", seed: 1)
                let intent = SampleRecords.publication(of: first)
                try await catalog.begin(intent)
                try await catalog.finish(intent)
                try await catalog.finish(intent)
                let second = SampleRecords.file("1", seed: 2, id: first.id)
                let next = SampleRecords.publication(of: second)
                try await catalog.begin(next)
                try await catalog.finish(next)
                try await catalog.finish(intent)
                try expectEqual(try await catalog.file(id: first.id)?.version, second.version)
            },
            Check(description: "finishing an intent that was never begun does nothing") { catalog in
                let file = SampleRecords.file("1")
                try await catalog.finish(SampleRecords.publication(of: file))
                try expectEqual(try await catalog.file(id: file.id), nil)
            },
            Check(description: "a replacement keeps id and time of creation") { catalog in
                let first = SampleRecords.file("1", seed: 1)
                try await catalog.adopt(first)
                var second = SampleRecords.file("1", seed: 2, id: first.id)
                let intent = SampleRecords.publication(of: second)
                try await catalog.begin(intent)
                try await catalog.finish(intent)
                second.createdAt = first.createdAt
                try expectEqual(try await catalog.file(id: first.id), second)
            },
            Check(description: "an intent with an obsolete path stays open as recorded until closed") { catalog in
                let png = SampleRecords.file("1", type: .png, seed: 1)
                try await catalog.adopt(png)
                let jpeg = SampleRecords.file("1", type: .jpeg, seed: 2, id: png.id)
                let intent = SampleRecords.publication(of: jpeg, obsolete: png.path)
                try await catalog.begin(intent)
                try expect(try await catalog.hasOpenIntent(on: png.path), "the obsolete path is under way")
                try await catalog.finish(intent)
                try expectEqual(try await catalog.file(path: png.path), nil)
                try expectEqual(try await catalog.file(path: jpeg.path)?.id, png.id)
                var recorded = intent
                recorded.phase = .recorded
                try expectEqual(try await catalog.openIntents(), [recorded])
                try await catalog.finish(intent)
                try expectEqual(try await catalog.openIntents(), [recorded])
                try await catalog.close(intent)
                try expectEqual(try await catalog.openIntents(), [])
                try expect(!(try await catalog.hasOpenIntent(on: png.path)), "closed")
            },
            Check(description: "a name that belongs to another record is refused, and nothing is half written") {
                catalog in
                try await catalog.adopt(SampleRecords.file("1", seed: 1))
                let other = SampleRecords.file("1", seed: 2)
                let intent = SampleRecords.publication(of: other)
                try await catalog.begin(intent)
                try await expect(.nameTaken) { () async throws(MediaError) in try await catalog.finish(intent) }
                try expectEqual(try await catalog.file(id: other.id), nil)
                try expectEqual(try await catalog.openIntents(), [intent])
            },
        ]
    }

    static var removing: [Check] {
        [
            Check(description: "remove takes the record at once and leaves its intent open") { catalog in
                let file = SampleRecords.file("1")
                try await catalog.adopt(file)
                let intent = SampleRecords.removal(of: file)
                try await catalog.remove(intent)
                try expectEqual(try await catalog.file(id: file.id), nil)
                try expectEqual(try await catalog.openIntents(), [intent])
                try await catalog.close(intent)
                try await catalog.close(intent)
                try expectEqual(try await catalog.openIntents(), [])
            },
            Check(description: "removing what is not there is not_found and leaves no intent") { catalog in
                let intent = SampleRecords.removal(of: SampleRecords.file("1"))
                try await expect(.notFound) { () async throws(MediaError) in try await catalog.remove(intent) }
                try expectEqual(try await catalog.openIntents(), [])
            },
            Check(description: "a record that moved to another path since is not removed by the old one") { catalog in
                let old = SampleRecords.file("1", type: .png, seed: 1)
                let new = SampleRecords.file("1", type: .jpeg, seed: 2, id: old.id)
                try await catalog.adopt(new)
                try await expect(.notFound) { () async throws(MediaError) in
                    try await catalog.remove(SampleRecords.removal(of: old))
                }
                try expectEqual(try await catalog.file(id: old.id), new)
            },
            Check(description: "a name under way is busy for a removal, and the record stays") { catalog in
                let file = SampleRecords.file("1", seed: 1)
                try await catalog.adopt(file)
                try await catalog.begin(SampleRecords.publication(of: SampleRecords.file("1", seed: 2, id: file.id)))
                try await expect(.nameBusy) { () async throws(MediaError) in
                    try await catalog.remove(SampleRecords.removal(of: file))
                }
                try expectEqual(try await catalog.file(id: file.id), file)
            },
        ]
    }

    static var intents: [Check] {
        [
            Check(description: "two intents on one name, or on one path, are name_busy") { catalog in
                try await catalog.begin(SampleRecords.publication(of: SampleRecords.file("1", type: .jpeg, seed: 1)))
                let otherType = SampleRecords.publication(of: SampleRecords.file("1", type: .png, seed: 2))
                try await expect(.nameBusy) { () async throws(MediaError) in try await catalog.begin(otherType) }
                var samePath = SampleRecords.file("2", seed: 3)
                samePath.path = MediaPath(trusted: "posters/1.jpg")
                let intent = SampleRecords.publication(of: samePath)
                try await expect(.nameBusy) { () async throws(MediaError) in try await catalog.begin(intent) }
                try await catalog.begin(SampleRecords.publication(of: SampleRecords.file("1", in: "avatars", seed: 4)))
                try expectEqual(try await catalog.openIntents().count, 2)
            },
            Check(description: "open intents come oldest first and come back whole") { catalog in
                let intents = (1...5).map {
                    SampleRecords.publication(of: SampleRecords.file("n\($0)", seed: UInt8($0) * 40))
                }
                var wanted = intents.map { intent in
                    var intent = intent
                    intent.id = MediaID(now: Timestamp(microseconds: Int64(intent.file.version.size.bytes) * 1_000_000))
                    return intent
                }
                for intent in wanted.reversed() { try await catalog.begin(intent) }
                wanted.sort { $0.id < $1.id }
                try expectEqual(try await catalog.openIntents(), wanted)
            },
            Check(description: "a closed intent is forgotten, and its name is free again") { catalog in
                let intent = SampleRecords.publication(of: SampleRecords.file("1"))
                try await catalog.begin(intent)
                try await catalog.close(intent)
                try expect(!(try await catalog.isOpen(intent)), "closed")
                try await catalog.finish(intent)
                try expectEqual(try await catalog.file(id: intent.file.id), nil)
                try await catalog.begin(SampleRecords.publication(of: SampleRecords.file("1", seed: 2)))
            },
        ]
    }
}
