import MediaTesting
import Testing

/// One worker and a line of one: the third picture that is wanted at a time is one too many.
private let configuration = Configurations.standard
    .replacing("formatsAhead: [webp, jpeg]", with: "formatsAhead: []")
    .replacing("workers:\n  count: 2\n", with: "workers:\n  count: 1\n  queue: 1\n")

@Suite("Pictures that many want at once", .daemon(configuration: configuration), .serialized, .timeLimit(.minutes(3)))
struct PictureRushTests {
    @Test("are refused with 503 and a time to come again when the line is full, and are made when there is room again")
    func fullLine() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.fixture("iphone13-gps.heic"), "collection=posters").record()
        let targets = ["w92", "w154", "w185", "w342", "w500", "w780"].flatMap { preset in
            ["avif", "webp", "jpeg"].map { "/files/\(record.path)?preset=\(preset)&format=\($0)" }
        }
        let answers = try await withThrowingTaskGroup(of: ProbeResponse.self) { group in
            for target in targets { group.addTask { try await daemon.request("GET", target) } }
            return try await group.reduce(into: [ProbeResponse]()) { $0.append($1) }
        }
        let refused = answers.filter { $0.status != 200 }
        #expect(refused.count < answers.count, "somebody is served")
        #expect(!refused.isEmpty, "18 renders of 12 megapixels do not fit into a line of one")
        for answer in refused {
            try answer.expectProblem(503, "busy")
            #expect(answer["Retry-After"].flatMap { Int($0) } != nil)
            #expect(answer["Cache-Control"] == "no-store")
        }
        for target in targets { #expect(try await daemon.request("GET", target).status == 200, "\(target)") }
        #expect(try await eventually { daemon.site.filesInStaging.isEmpty })
    }

    @Test("come to the others when the first one who asked has gone")
    func leaving() async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.fixture("iphone13-gps.heic")
        let record = try await daemon.upload(bytes + [0, 0, 0, 8] + Array("free".utf8), "collection=avatars").record()
        let target = "/files/\(record.path)?preset=s512&format=avif"
        let first = try await daemon.connect()
        try await first.send("GET", target)
        // Its render is on the way when it breaks off.
        #expect(try await eventually { !daemon.site.filesInStaging.isEmpty })
        async let second = daemon.request("GET", target)
        first.reset()
        let answer = try await second
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer["Content-Type"] == "image/avif")
        #expect(try await eventually { daemon.site.filesInStaging.isEmpty })
    }
}
