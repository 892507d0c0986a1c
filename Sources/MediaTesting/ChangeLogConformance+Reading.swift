import MediaCore

extension ChangeLogConformance {
    static var reading: [Check] {
        [
            Check(description: "pages follow each other without a gap, and the last one says that it is") {
                catalog,
                log in
                let files = (1...5).map { SampleRecords.file("\($0)", seed: UInt8($0)) }
                for file in files { try await catalog.adopt(file) }
                var (paths, cursor, isLast): ([MediaPath], ChangeCursor?, [Bool]) = ([], nil, [])
                repeat {
                    let page = try await log.changes(after: cursor, limit: 2)
                    try expectEqual(page.next, page.entries.last?.cursor ?? page.next)
                    paths += page.changes.map(\.path)
                    isLast.append(!page.hasMore)
                    cursor = page.next
                } while isLast.last == false
                try expectEqual(paths, files.map(\.path))
                try expectEqual(isLast, [false, false, true])
                try expectEqual(cursor, try await log.end())
            },
            Check(description: "a reader at the end gets what comes, and nothing twice") { catalog, log in
                try await catalog.adopt(SampleRecords.file("1", seed: 1))
                let end = try await log.end()
                let empty = try await log.changes(after: end, limit: 10)
                try expectEqual(empty, ChangePage(entries: [], next: end, hasMore: false))
                let file = SampleRecords.file("2", seed: 2)
                try await catalog.adopt(file)
                let page = try await log.changes(after: end, limit: 10)
                try expectEqual(page.changes, [FileChange(.created, of: file)])
                try expectEqual(try await log.changes(after: page.next, limit: 10).changes, [])
            },
            Check(description: "an empty log has an end to begin from") { catalog, log in
                let end = try await log.end()
                try expectEqual(
                    try await log.changes(after: nil, limit: 1),
                    ChangePage(entries: [], next: end, hasMore: false)
                )
                let file = SampleRecords.file("1")
                try await catalog.adopt(file)
                try expectEqual(try await log.changes(after: end, limit: 1).changes, [FileChange(.created, of: file)])
            },
            Check(description: "pruning takes what lies up to the cursor, and readers behind it go on") {
                catalog,
                log in
                let files = (1...4).map { SampleRecords.file("\($0)", seed: UInt8($0)) }
                for file in files { try await catalog.adopt(file) }
                let cursors = try await log.changes(after: nil, limit: 10).entries.map(\.cursor)
                try expectEqual(try await log.prune(through: cursors[1]), 2)
                try expectEqual(try await log.prune(through: cursors[1]), 0)
                try expectEqual(try await Self.all(log).map(\.path), files[2...].map(\.path))
                try expectEqual(try await log.changes(after: cursors[2], limit: 10).entries.map(\.cursor), [cursors[3]])
                try expectEqual(try await log.prune(through: try await log.end()), 2)
                let next = SampleRecords.file("5", seed: 5)
                try await catalog.adopt(next)
                try expectEqual(
                    try await log.changes(after: cursors[3], limit: 10).changes,
                    [FileChange(.created, of: next)],
                    "positions are not given out twice"
                )
            },
            Check(description: "a cursor of nobody is invalid_request") { _, log in
                for text in ["", "x", "-1", "1.5", "01", "9223372036854775808"] {
                    try await CatalogConformance.expect(.invalidRequest, text) { () async throws(MediaError) in
                        _ = try await log.changes(after: ChangeCursor(text: text), limit: 1)
                    }
                    try await CatalogConformance.expect(.invalidRequest, text) { () async throws(MediaError) in
                        try await log.prune(through: ChangeCursor(text: text))
                    }
                }
            },
        ]
    }

    static var listening: [Check] {
        [
            Check(description: "who listens hears of records that were there before, and of uploads, in order") {
                catalog,
                log in
                var heard = log.notifications().makeAsyncIterator()
                try expectEqual(await heard.next(), .connected)
                let png = SampleRecords.file("a b/\"1\" ü", type: .png, seed: 1)
                try await catalog.adopt(png)
                let jpeg = SampleRecords.file("a b/\"1\" ü", type: .jpeg, seed: 2, id: png.id)
                try await catalog.adopt(jpeg)
                _ = try await catalog.setFocalPoint(FocalPoint(x: 0.5, y: 0.25), of: jpeg.id, at: jpeg.updatedAt)
                let (id, time) = (SampleRecords.uploadID(1), Timestamp(microseconds: 7))
                try await catalog.requestTakeover(of: id, asked: time)
                try await catalog.forget(jpeg)
                try await catalog.requestTakeover(of: id, asked: time)
                let expected: [ChangeNotification] = [
                    .recordChanged(png.path), .recordChanged(jpeg.path), .recordChanged(jpeg.path),
                    .uploadTakeoverRequested(id, asked: time), .recordChanged(jpeg.path),
                    .uploadTakeoverRequested(id, asked: time),
                ]
                for notification in expected { try expectEqual(await heard.next(), notification) }
            },
            Check(description: "every listener hears everything") { catalog, log in
                var listeners = [log.notifications().makeAsyncIterator(), log.notifications().makeAsyncIterator()]
                for index in listeners.indices { try expectEqual(await listeners[index].next(), .connected) }
                try await catalog.requestTakeover(of: SampleRecords.uploadID(1), asked: Timestamp(microseconds: 7))
                for index in listeners.indices {
                    try expectEqual(
                        await listeners[index].next(),
                        .uploadTakeoverRequested(SampleRecords.uploadID(1), asked: Timestamp(microseconds: 7))
                    )
                }
            },
        ]
    }
}
