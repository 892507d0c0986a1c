import FoundationEssentials
import MediaTesting
import Testing

/// Checklist A8 with the usual day of patience.
@Suite("tus: Upload-Expires", .daemon(configuration: Configurations.uploads), .timeLimit(.minutes(3)))
struct TusExpiresTests {
    @Test("A8.57: comes with the creation and with every PATCH of an unfinished upload, as an IMF-fixdate")
    func everyAnswer() async throws {
        let daemon = try Daemon.current()
        let fields = [("Upload-Length", "100"), Tus.document()]
        let created = try await daemon.tus("POST", "/api/uploads", fields, body: [])
        try Self.expectTomorrow(created)
        let upload = try UploadAddress(location: created["Location"], of: daemon)
        try Self.expectTomorrow(try await daemon.patch(upload, at: 0, Samples.document(10)))
        try Self.expectTomorrow(try await daemon.patch(upload, at: 10, []))
        try Self.expectTomorrow(try await daemon.head(upload))
    }

    @Test("A8.59: a finished upload does not expire")
    func finished() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(100)
        let upload = try await daemon.createUpload(100)
        try await daemon.append(bytes, to: upload, at: 0)
        try await daemon.expectPublished(upload, bytes)
        #expect(try await daemon.head(upload)["Upload-Expires"] == nil)
        #expect(try await daemon.patch(upload, at: 100, [])["Upload-Expires"] == nil)
    }

    private static func expectTomorrow(
        _ answer: ProbeResponse,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let value = try #require(answer["Upload-Expires"], sourceLocation: sourceLocation)
        // RFC 9110 section 5.6.7, e.g. Sun, 06 Nov 1994 08:49:37 GMT.
        let form = #/(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (\w{3}) \d{4} \d\d:\d\d:\d\d GMT/#
        #expect(value.wholeMatch(of: form) != nil, "\(value)", sourceLocation: sourceLocation)
        let date = try #require(imfDate(value), sourceLocation: sourceLocation)
        let day = date.timeIntervalSinceNow
        #expect((86_000...86_401).contains(day), "\(value)", sourceLocation: sourceLocation)
    }
}

/// The instant of an IMF-fixdate.
func imfDate(_ text: String) -> Date? {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let parts = text.split { " :".contains($0) }
    guard parts.count == 8, let day = Int(parts[1]), let month = months.firstIndex(of: String(parts[2])),
        let year = Int(parts[3]), let hour = Int(parts[4]), let minute = Int(parts[5]), let second = Int(parts[6])
    else { return nil }
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let iso = "\(year)-\(two(month + 1))-\(two(day))T\(two(hour)):\(two(minute)):\(two(second))Z"
    return try? Date(iso, strategy: .iso8601)
}

/// Checklist A8 with hardly any patience: as little as a busy machine allows.
@Suite(
    "tus: expiry",
    .daemon(configuration: Configurations.uploads("expiry: 15s\nsweepInterval: 1s")),
    .timeLimit(.minutes(3))
)
struct TusExpirationTests {
    @Test("A8.58: an upload to which nothing comes is gone, with its bytes, and answers 410", arguments: [0, 50_000])
    func expires(count: Int) async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.createUpload(100_000)
        if count > 0 { try await daemon.append(Samples.document(count), to: upload, at: 0) }
        #expect(daemon.site.uploadsInStaging.contains(upload.id))
        let isSwept = try await eventually(within: .seconds(60)) { !daemon.site.uploadsInStaging.contains(upload.id) }
        #expect(isSwept)
        let head = try await daemon.head(upload)
        #expect(head.status == 410)
        #expect(head["Upload-Offset"] == nil)
        try await daemon.patch(upload, at: count, [1]).expectProblem(410, "upload_gone")
        try await daemon.request("GET", upload.path).expectProblem(410, "upload_gone")
        // The log tells how much room it gave back.
        #expect(try await eventually { daemon.log.lowercased().contains("expired") })
    }

    @Test("A8.58: the time counts from the last byte, and never runs out under a request")
    func sliding() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(80_000)
        let upload = try await daemon.createUpload(bytes.count)
        // A request that lasts longer than the expiry.
        let probe = try await daemon.stall(upload, length: 40_000, sending: [])
        for piece in 0..<20 {
            try await probe.send(Array(bytes[piece * 2000..<(piece + 1) * 2000]))
            // Pause: of the client, so that the request lasts longer than the expiry.
            try await Task.sleep(for: .milliseconds(900))
        }
        #expect(try await probe.receive(to: "PATCH")["Upload-Offset"] == "40000")
        // And small ones, one after the other, that last as long together.
        for piece in 20..<40 {
            try await daemon.append(bytes[piece * 2000..<(piece + 1) * 2000], to: upload, at: piece * 2000)
            // Pause: of the client, so that the requests together last longer than the expiry.
            try await Task.sleep(for: .milliseconds(800))
        }
        try await daemon.expectPublished(upload, bytes)
    }

    @Test("A8.59: a finished upload goes on to answer, and its file stays")
    func finished() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(1000)
        let done = try await daemon.createUpload(1000)
        try await daemon.append(bytes, to: done, at: 0)
        let record = try await daemon.expectPublished(done, bytes)
        // Another one, made later, shows when the time has passed.
        let other = try await daemon.createUpload(1000)
        #expect(try await eventually(within: .seconds(60)) { try await daemon.head(other).status == 410 })
        #expect(try await daemon.expectPublished(done, bytes) == record)
        #expect(try await daemon.head(done)["Upload-Offset"] == "1000")
    }
}
