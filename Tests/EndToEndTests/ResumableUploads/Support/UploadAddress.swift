import MediaTesting
import Testing

/// A resumable upload as its client knows it: by its URL.
struct UploadAddress: Hashable, Sendable {
    /// `/api/uploads/` and 32 hexadecimal digits.
    let path: String

    var id: String { String(path.dropFirst(Self.folder.count)) }

    private static let folder = "/api/uploads/"

    /// The address in a `Location` field, which must be an absolute URL of the daemon that was asked.
    init(location: String?, of daemon: DaemonProcess, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let location = try #require(location, "there is no Location", sourceLocation: sourceLocation)
        try #require(location.hasPrefix(daemon.url + Self.folder), "\(location)", sourceLocation: sourceLocation)
        path = String(location.dropFirst(daemon.url.count))
        let digits = path.dropFirst(Self.folder.count)
        let isHexadecimal = digits.utf8.count == 32 && digits.allSatisfy { $0.isHexDigit && !$0.isUppercase }
        #expect(isHexadecimal, "\(location)", sourceLocation: sourceLocation)
    }

    /// An address of the right form that no daemon gave out.
    static var unknown: UploadAddress {
        // Unique: no upload has this address.
        UploadAddress(path: folder + (0..<32).map { _ in String(Int.random(in: 0..<16), radix: 16) }.joined())
    }

    private init(path: String) { self.path = path }
}

/// What `GET` on an upload's URL says, every member checked.
struct UploadReport: Sendable {
    let id: String
    let offset: Int
    let length: Int?
    let state: String
    let file: Record?
    let problem: JSONValue?

    static let members: Set<String> = [
        "id", "offset", "length", "state", "owner", "file", "problem", "expiresAt", "createdAt",
    ]

    init(_ answer: ProbeResponse, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try #require(answer.status == 200, "\(answer.status) \(answer.text)", sourceLocation: sourceLocation)
        #expect(answer["Content-Type"]?.hasPrefix("application/json") == true, sourceLocation: sourceLocation)
        #expect(answer["Cache-Control"]?.contains("no-store") == true, sourceLocation: sourceLocation)
        let json = try JSONValue(parsing: answer.body)
        #expect(json.members == Self.members, "\(answer.text)", sourceLocation: sourceLocation)
        id = try #require(json["id"]?.string, sourceLocation: sourceLocation)
        offset = try #require(json["offset"]?.integer, sourceLocation: sourceLocation)
        length = json["length"]?.integer
        state = try #require(json["state"]?.string, sourceLocation: sourceLocation)
        let states = ["receiving", "processing", "complete", "failed"]
        #expect(states.contains(state), "\(state)", sourceLocation: sourceLocation)
        file = try json["file"].flatMap { $0 == .null ? nil : try Record($0, sourceLocation: sourceLocation) }
        problem = json["problem"].flatMap { $0 == .null ? nil : $0 }
        #expect((problem != nil) == (state == "failed"), "\(answer.text)", sourceLocation: sourceLocation)
        #expect(isRFC3339(json["createdAt"]?.string ?? ""), "\(answer.text)", sourceLocation: sourceLocation)
    }
}

extension DaemonProcess {
    /// What the daemon tells of an upload.
    func report(
        on upload: UploadAddress,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> UploadReport {
        let report = try UploadReport(try await request("GET", upload.path), sourceLocation: sourceLocation)
        #expect(report.id == upload.id, sourceLocation: sourceLocation)
        return report
    }

    /// The report once the upload is complete or has failed.
    func outcome(
        of upload: UploadAddress,
        within patience: Duration = .seconds(30),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> UploadReport {
        var report = try await report(on: upload, sourceLocation: sourceLocation)
        let isSettled = try await eventually(within: patience) {
            report = try await self.report(on: upload, sourceLocation: sourceLocation)
            return report.state == "complete" || report.state == "failed"
        }
        try #require(isSettled, "still \(report.state) at \(report.offset)", sourceLocation: sourceLocation)
        return report
    }

    /// Waits until the upload has become a file, and checks that the file is these bytes: in the record, in the tree and as it
    /// is served.
    @discardableResult
    func expectPublished(
        _ upload: UploadAddress,
        _ bytes: [UInt8],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Record {
        let report = try await outcome(of: upload, sourceLocation: sourceLocation)
        let record = try #require(report.file, "\(report)", sourceLocation: sourceLocation)
        #expect(report.state == "complete", "\(report)", sourceLocation: sourceLocation)
        #expect(record.size == bytes.count, sourceLocation: sourceLocation)
        #expect(record.sha256 == Samples.sha256(bytes), sourceLocation: sourceLocation)
        site.expectInTree(record, sourceLocation: sourceLocation)
        let served = try await request("GET", record.url)
        #expect(served.status == 200, sourceLocation: sourceLocation)
        #expect(served.body == bytes, sourceLocation: sourceLocation)
        return record
    }
}

extension DaemonSite {
    /// Names of the folders that hold the bytes of uploads.
    var uploadsInStaging: Set<String> { Set(FileNames.inside("\(root)/staging/uploads")) }
}
