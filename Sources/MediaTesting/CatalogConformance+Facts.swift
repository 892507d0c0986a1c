package import MediaCore

/// What pictures, videos and sounds are like, and what people say of them.
extension CatalogConformance {
    static var facts: [Check] { self.factValues + self.focalPoints + self.fillingIn }

    private static var factValues: [Check] {
        [
            Check(description: "facts and rewritings come back exactly, also in an intent") { catalog in
                let file = SampleRecords.fileWithFacts("video", seed: 1)
                try await catalog.adopt(file)
                try expectEqual(try await catalog.file(id: file.id), file)
                let next = SampleRecords.publication(of: SampleRecords.fileWithFacts("next", seed: 2))
                try await catalog.begin(next)
                try expectEqual(try await catalog.openIntents(), [next])
                try await catalog.finish(next)
                try expectEqual(try await catalog.file(id: next.file.id), next.file)
            },
            Check(description: "a replacement takes the facts of the version before with it") { catalog in
                let video = SampleRecords.fileWithFacts("1", seed: 1)
                try await catalog.adopt(video)
                let plain = SampleRecords.file("1", type: video.type, seed: 2, id: video.id)
                try await catalog.adopt(plain)
                var expected = plain
                expected.createdAt = video.createdAt
                try expectEqual(try await catalog.file(id: video.id), expected)
            },
            Check(description: "empty lists of tracks are not the same as none") { catalog in
                var sound = SampleRecords.file("silence", type: .mp3, seed: 1)
                sound.media = AudioVideoFacts()
                try await catalog.adopt(sound)
                try expectEqual(try await catalog.file(id: sound.id), sound)
            },
        ]
    }

    private static var focalPoints: [Check] {
        [
            Check(description: "a focal point is set, changed and taken away; but for the time nothing else changes") {
                catalog in
                var file = SampleRecords.fileWithFacts("1", seed: 1)
                file.focalPoint = nil
                try await catalog.adopt(file)
                let (one, other) = (FocalPoint(x: 0.1 + 0.2, y: 1), FocalPoint(x: 0, y: 0))
                let start = file.updatedAt.microseconds
                // Later, a second time, with a clock that went back, taken away, and nothing to take away.
                for (point, time) in [(one, 5), (other, 9), (other, 11), (one, 7), (nil, 20), (nil, 30)] {
                    let time = Timestamp(microseconds: start + Int64(time))
                    if file.focalPoint != point { file.updatedAt = max(file.updatedAt, time) }
                    file.focalPoint = point
                    try expectEqual(try await catalog.setFocalPoint(point, of: file.id, at: time), file)
                    try expectEqual(try await catalog.file(id: file.id), file)
                }
            },
            Check(description: "a focal point of what is not there is not_found") { catalog in
                let unknown = SampleRecords.file("1").id
                for point in [FocalPoint(x: 0.5, y: 0.5), nil] {
                    try await expect(.notFound) { () async throws(MediaError) in
                        _ = try await catalog.setFocalPoint(point, of: unknown, at: SampleRecords.uploadTime)
                    }
                }
            },
            Check(
                description:
                    "a focal point set while a commit is under way stays with the same bytes, and goes with others"
            ) {
                catalog in
                let file = SampleRecords.file("1", seed: 1)
                try await catalog.adopt(file)
                let same = SampleRecords.publication(of: file)
                try await catalog.begin(same)
                let point = FocalPoint(x: 0.25, y: 0.75)
                _ = try await catalog.setFocalPoint(point, of: file.id, at: file.updatedAt)
                try await catalog.finish(same)
                try expectEqual(try await catalog.file(id: file.id)?.focalPoint, point)
                try await catalog.adopt(file)
                try expectEqual(try await catalog.file(id: file.id)?.focalPoint, point)
                try await catalog.adopt(SampleRecords.file("1", seed: 2, id: file.id))
                try expectEqual(try await catalog.file(id: file.id)?.focalPoint, nil)
            },
        ]
    }

    private static var fillingIn: [Check] {
        [
            Check(description: "filling in writes the facts, and leaves name, times, focal point and rewritings alone")
            {
                catalog in
                let file = SampleRecords.file("1", seed: 1)
                try await catalog.adopt(file)
                let point = FocalPoint(x: 0.5, y: 0.25)
                _ = try await catalog.setFocalPoint(point, of: file.id, at: file.updatedAt)
                var found = SampleRecords.fileWithFacts("2", seed: 1, id: file.id)
                found.rewriting = nil
                try expect(try await catalog.fillIn(found), "filled in")
                var expected = file
                expected.takeFacts(of: found)
                expected.focalPoint = point
                try expectEqual(try await catalog.file(id: file.id), expected)
                try expect(!(try await catalog.fillIn(found)), "once is enough")
            },
            Check(description: "other bytes, or none, are not filled in") { catalog in
                let file = SampleRecords.file("1", seed: 1)
                try await catalog.adopt(file)
                try expect(
                    !(try await catalog.fillIn(SampleRecords.fileWithFacts("1", seed: 2, id: file.id))),
                    "other bytes"
                )
                try expect(!(try await catalog.fillIn(SampleRecords.fileWithFacts("3", seed: 3))), "none")
                try expectEqual(try await catalog.file(id: file.id), file)
            },
            Check(description: "files that lack facts come oldest first, page by page") { catalog in
                var files: [MediaFile] = []
                for number in 1...7 {
                    let now = Timestamp(microseconds: 1_795_366_759_000_000 + Int64(number) * 1000)
                    var file = SampleRecords.file("\(number)", seed: UInt8(number), id: MediaID(now: now))
                    file.factsVersion = [nil, 1, 2][number % 3]
                    files.append(file)
                    try await catalog.adopt(file)
                }
                func names(below version: Int, after cursor: MediaID? = nil, limit: Int = 10) async throws -> [String] {
                    try await catalog.files(factsBelow: version, after: cursor, limit: limit).map(\.name.text)
                }
                try expectEqual(try await names(below: 1), ["3", "6"])
                try expectEqual(try await names(below: 2), ["1", "3", "4", "6", "7"])
                try expectEqual(try await names(below: 2, limit: 2), ["1", "3"])
                try expectEqual(try await names(below: 2, after: files[2].id, limit: 2), ["4", "6"])
                try expectEqual(try await names(below: 0), [])
            },
        ]
    }
}

extension SampleRecords {
    /// A record with a value in every member.
    package static func fileWithFacts(_ name: String, seed: UInt8, id: MediaID? = nil) -> MediaFile {
        var file = self.file(name, in: "videos", type: .mp4, seed: seed, id: id)
        file.durationSeconds = 0.1 + 0.2
        file.frames = 3
        file.hasAlpha = true
        file.colorModel = .cmyk
        file.thumbHash = ThumbHash(bytes: Array(seed...seed + 20))
        file.dominantColor = RGBColor(red: 0, green: 15, blue: seed)
        file.focalPoint = FocalPoint(x: 1.0 / 3, y: 1)
        file.media = AudioVideoFacts(
            videoCodec: "h264",
            frameRate: 30000.0 / 1001,
            bitRate: 5_000_000_000,
            audioTracks: [
                .init(
                    codec: "aac",
                    channels: 6,
                    sampleRate: 48000,
                    language: "eng",
                    title: "\"5.1\" é",
                    isDefault: true
                ),
                .init(codec: "mp3"),
            ],
            subtitleTracks: [
                .init(codec: "mov_text", language: "fr", title: "Français", isDefault: true, isForced: true)
            ],
            isProgressive: false,
            hasCover: true,
            tags: ["title": "'; DROP TABLE media.files; --", "artist": "\u{1F600}"],
            chapters: [
                .init(startSeconds: 0, endSeconds: 4.5, title: "\"One\" é"),
                .init(startSeconds: 4.5, endSeconds: 6, title: nil),
            ]
        )
        file.charset = "utf-8"
        file.rewriting = FileRewriting(steps: Rewriting.allCases, uploadedDigest: self.digest(seed ^ 0xFF))
        file.factsVersion = Inspection.factsVersion
        return file
    }
}

extension MediaFile {
    /// As ``takeFacts(of:)`` of an inspection that found what `other` says.
    fileprivate mutating func takeFacts(of other: MediaFile) {
        self.takeFacts(
            of: Inspection(
                type: other.type,
                dimensions: other.dimensions,
                durationSeconds: other.durationSeconds,
                frames: other.frames,
                hasAlpha: other.hasAlpha,
                colorModel: other.colorModel,
                thumbHash: other.thumbHash,
                dominantColor: other.dominantColor,
                media: other.media,
                charset: other.charset
            )
        )
    }
}
