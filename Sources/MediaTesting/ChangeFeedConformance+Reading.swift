import MediaCore

extension ChangeFeedConformance {
    static var reading: [Check] {
        [
            Check(description: "pages follow each other without a gap, and the last one says that it is") {
                catalog,
                feed in
                let files = (1...5).map { SampleRecords.file("\($0)", seed: UInt8($0)) }
                for file in files {
                    try await catalog.adopt(file)
                    _ = try await feed.stamp()
                }
                var (paths, cursor, isLast): ([MediaPath?], FeedCursor?, [Bool]) = ([], nil, [])
                repeat {
                    let page = try await feed.page(after: cursor, filter: .all, limit: 2)
                    try expectEqual(page.cursor, page.events.last?.cursor ?? page.cursor)
                    paths += page.events.map(\.path)
                    isLast.append(!page.hasMore)
                    cursor = page.cursor
                } while isLast.last == false
                try expectEqual(paths, files.map(\.path))
                try expectEqual(isLast, [false, false, true])
                try expectEqual(cursor, try await feed.bounds().head)
            },
            Check(description: "a reader at the head gets what comes, and nothing twice") { catalog, feed in
                let head = try await feed.bounds().head
                try expectEqual(
                    try await feed.page(after: head, filter: .all, limit: 10),
                    FeedPage(events: [], cursor: head, hasMore: false)
                )
                try await catalog.adopt(SampleRecords.file("1", seed: 1))
                _ = try await feed.stamp()
                let page = try await feed.page(after: head, filter: .all, limit: 10)
                try expectEqual(Self.story(page.events), ["file.created posters/1.jpg 01"])
                try expectEqual(try await feed.page(after: page.cursor, filter: .all, limit: 10).events, [])
            },
            Check(description: "a filtered reader gets what fits, and its cursor moves past the rest") {
                catalog,
                feed in
                for number in 1...4 {
                    try await catalog.adopt(SampleRecords.file("\(number)", seed: UInt8(number)))
                    try await catalog.adopt(SampleRecords.file("b/\(number)", seed: UInt8(number + 10)))
                }
                _ = try await feed.stamp()
                let cases: [(FeedFilter, Int)] = [
                    (FeedFilter(collections: ["posters"]), 8), (FeedFilter(collections: ["videos", "posters"]), 8),
                    (FeedFilter(collections: ["videos"]), 0), (FeedFilter(path: "posters/2.jpg"), 1),
                    (FeedFilter(path: "posters/b/"), 4), (FeedFilter(path: "posters/b"), 0),
                    (FeedFilter(path: "posters/%"), 0), (FeedFilter(entity: "movie"), 0),
                    (FeedFilter(entity: "movie/1"), 0),
                ]
                let head = try await feed.bounds().head
                for (filter, count) in cases {
                    let page = try await feed.page(after: nil, filter: filter, limit: 100)
                    try expectEqual(page.events.count, count, "\(filter)")
                    try expectEqual(page.cursor, head, "\(filter)")
                    try expectEqual(page.hasMore, false)
                }
            },
            Check(description: "pruning takes the oldest and publishes the floor; a cursor below it has expired") {
                catalog,
                feed in
                for number in 1...4 {
                    try await catalog.adopt(SampleRecords.file("\(number)", seed: UInt8(number)))
                    _ = try await feed.stamp()
                }
                let cursors = try await Self.all(feed).map(\.cursor)
                try expectEqual(try await feed.prune(olderThan: .seconds(3600), keeping: 2), 2)
                try expectEqual(try await feed.prune(olderThan: .seconds(3600), keeping: 2), 0)
                let bounds = try await feed.bounds()
                try expectEqual(bounds, FeedBounds(floor: cursors[1], head: cursors[3]))
                try expectEqual(try await Self.all(feed).map(\.cursor), Array(cursors[2...]))
                try expectEqual(
                    try await feed.page(after: cursors[1], filter: .all, limit: 9).events.map(\.cursor),
                    Array(cursors[2...])
                )
                for cursor in [
                    cursors[0], FeedCursor(epoch: "another", position: 3),
                    FeedCursor(epoch: cursors[0].epoch, position: 5),
                    FeedCursor(epoch: cursors[0].epoch, position: .max),
                ] {
                    do throws(MediaError) {
                        _ = try await feed.page(after: cursor, filter: .all, limit: 1)
                        throw MediaError(.internalError, "\(cursor) was taken")
                    } catch {
                        try expectEqual(error.code, .cursorExpired, "\(cursor)")
                        try expectEqual(error.details["floor"]?.texts, [bounds.floor.text])
                        try expectEqual(error.details["head"]?.texts, [bounds.head.text])
                    }
                }
                try expectEqual(try await feed.prune(olderThan: .zero, keeping: 1000), 2)
                try await catalog.adopt(SampleRecords.file("5", seed: 5))
                try expectEqual(try await Self.all(feed).map(\.cursor.position), [5], "positions are given once")
            },
        ]
    }
}
