import MediaTesting
import Testing

/// A client that goes on with its upload whatever happens to its connections and to the daemon, and checks every answer
/// against what it knows.
///
/// What it does is decided by its seed alone; when things happen to it is not.
actor PersistentClient {
    enum Transport: Sendable {
        case tus
        case http
    }

    /// What it does to its own requests.
    struct Mischief: Sendable {
        /// Cut requests, stale and early offsets, wrong checksums, twins.
        var isOn: Bool
        /// Bytes of a file.
        var sizes: ClosedRange<Int>
        /// Bytes of a request, at most.
        var requestSize: Int
    }

    let name: String
    let bytes: [UInt8]
    let transport: Transport
    let mischief: Mischief
    let whereabouts: DaemonWhereabouts
    var generator: SeededNumbers
    var upload: UploadAddress?
    var attempt = 0
    var isDeferred = false
    /// Offsets that the daemon told: none may be lower later.
    var floor = 0
    /// Bytes that were ever sent: no offset may be higher.
    var ceiling = 0
    /// A request with a checksum whose answer did not come, and which had no strays beside it: all of its bytes count, or none.
    var undivided: Range<Int>?
    var isOffsetKnown = false
    /// Whether a request that was given up may still be on its way, and be served later than newer ones. The kill of a daemon
    /// ends them all.
    var hasStrays = false
    var served: Int32 = 0
    /// Connections that the client forgot without closing them, as a phone does that changes its network.
    var forgotten: [HTTPProbe] = []
    /// What it did last, for messages.
    var story: [String] = []

    init(name: String, seed: UInt64, mischief: Mischief, whereabouts: DaemonWhereabouts) {
        self.name = name
        self.mischief = mischief
        self.whereabouts = whereabouts
        generator = SeededNumbers(seed: seed)
        transport = Bool.random(using: &generator) ? .tus : .http
        bytes = Samples.document(Int.random(in: mischief.sizes, using: &generator), using: &generator)
    }

    /// Uploads until the file is there.
    func run() async throws -> Record {
        while true {
            let daemon = try await whereabouts.daemon()
            do {
                if let record = try await step(on: daemon) { return record }
            } catch let error as HTTPProbeError {
                note("\(error)")
                isOffsetKnown = false
                // Pause: between two attempts of the client; nobody listens for a while after a kill.
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    func step(on daemon: DaemonProcess) async throws -> Record? {
        if served != daemon.process.processID { (served, hasStrays) = (daemon.process.processID, false) }
        guard let upload else {
            try await begin(on: daemon)
            return nil
        }
        guard let offset = try await offset(of: upload, on: daemon) else { return nil }
        if offset == bytes.count { return try await finish(upload, on: daemon) }
        let end = min(bytes.count, offset + Int.random(in: 1...mischief.requestSize, using: &generator))
        switch mischief.isOn ? Int.random(in: 0..<12, using: &generator) : 0 {
        case 5, 6, 7: try await cut(upload, offset..<end, on: daemon)
        case 8: try await spoil(upload, offset..<end, on: daemon)
        case 9, 10: try await misplace(upload, offset, on: daemon)
        case 11: try await twins(upload, offset..<end, on: daemon)
        case let choice: try await send(upload, offset..<end, isChecked: choice == 4, on: daemon)
        }
        return nil
    }

    // MARK: What a good client does

    func begin(on daemon: DaemonProcess) async throws {
        attempt += 1
        (floor, ceiling, undivided, isOffsetKnown, hasStrays) = (0, 0, nil, false, false)
        let name = "\(name)-\(attempt)"
        let first =
            Bool.random(using: &generator) ? 0 : Int.random(in: 0...min(5000, bytes.count - 1), using: &generator)
        note("begin \(name) with \(first)")
        ceiling = first
        let body = Array(bytes.prefix(first))
        switch transport {
        case .tus where mischief.isOn && Int.random(in: 0..<6, using: &generator) == 0:
            // A creation that breaks off: the address is lost, and with it these bytes.
            let probe = try await daemon.connect()
            let fields = [Tus.version, Tus.octets, ("Upload-Length", "\(bytes.count)"), Tus.document(name)]
            try await probe.send("POST", "/api/uploads", fields + [("Content-Length", "\(bytes.count)")])
            try await probe.send(body)
            probe.reset()
            return
        case .tus:
            isDeferred = Int.random(in: 0..<4, using: &generator) == 0
            upload = try await daemon.createUpload(
                isDeferred ? nil : bytes.count,
                Tus.document(name),
                [Tus.octets],
                body: body
            )
        case .http where mischief.isOn && Bool.random(using: &generator):
            // What phones do: the whole file in the creation, and an address in time to go on when it breaks off.
            let probe = try await daemon.connect()
            let fields = Interop.current.creation(true) + [("Content-Length", "\(bytes.count)")]
            try await probe.send("POST", DaemonProcess.documentTarget(name), fields)
            let interim = try await probe.receiveAnyHead()
            upload = try UploadAddress(location: interim["Location"], of: daemon)
            try await probe.send(body)
            hasStrays = true
            probe.reset()
            return
        case .http:
            let fields = Bool.random(using: &generator) ? [("Upload-Length", "\(bytes.count)")] : []
            let target = DaemonProcess.documentTarget(name)
            upload = try await daemon.beginUpload(body, target: target, with: fields)
        }
        floor = first
    }

    /// The offset, asked for unless the last answer told it. Nil when the daemon could not say just now.
    func offset(of upload: UploadAddress, on daemon: DaemonProcess) async throws -> Int? {
        if isOffsetKnown, Bool.random(using: &generator) { return floor }
        let fields = transport == .tus ? [Tus.version] : [Interop.current.version]
        let answer = try await daemon.request("HEAD", upload.path, fields)
        guard ![423, 503].contains(answer.status) else { return nil }
        let text = answer["Upload-Offset"]
        let offset = try #require(text.flatMap { Int($0) }, "HEAD \(answer.status) \(answer.fields) \(tale)")
        #expect((floor...ceiling).contains(offset), "\(offset) is not in \(floor)...\(ceiling) \(tale)")
        if let undivided, offset > undivided.lowerBound, offset < undivided.upperBound {
            Issue.record("\(offset) is in the middle of \(undivided), which had a checksum \(tale)")
        }
        (floor, undivided, isOffsetKnown) = (offset, nil, true)
        return offset
    }

    func send(
        _ upload: UploadAddress,
        _ range: Range<Int>,
        isChecked: Bool,
        on daemon: DaemonProcess
    ) async throws {
        note("send \(range)\(isChecked ? " checked" : "")")
        ceiling = max(ceiling, range.upperBound)
        let part = Array(bytes[range])
        isOffsetKnown = false
        // A stray's bytes, which had no checksum, may be what a daemon kept that was killed during this request.
        if isChecked && transport == .tus && !hasStrays { undivided = range }
        let answer = try await append(upload, range.lowerBound, part, isChecked: isChecked, on: daemon)
        switch answer.status {
        case 200..<300:
            #expect(answer["Upload-Offset"] == "\(range.upperBound)", "\(tale)")
            (floor, undivided, isOffsetKnown) = (range.upperBound, nil, true)
        case 423, 503: break
        // A stray was served first, or took over.
        case 400 where hasStrays, 409 where hasStrays: break
        case let status: Issue.record("PATCH \(range) \(status) \(answer.text) \(tale)")
        }
    }

    func finish(_ upload: UploadAddress, on daemon: DaemonProcess) async throws -> Record? {
        note("finish")
        if transport == .http {
            // A stray that is still being served, or a daemon that has just started, may turn the end away: it is said again.
            let length = bytes.count
            let isEnded = try await eventually {
                guard try await daemon.report(on: upload).state == "receiving" else { return true }
                let answer = try await daemon.append([], to: upload, at: length, complete: true)
                return (200..<300).contains(answer.status)
            }
            #expect(isEnded, "\(tale)")
        }
        let report = try await daemon.outcome(of: upload)
        let record = try #require(report.file, "\(report) \(tale)")
        #expect(record.sha256 == Samples.sha256(bytes), "\(tale)")
        #expect(record.size == bytes.count, "\(tale)")
        return record
    }

    func append(
        _ upload: UploadAddress,
        _ offset: Int,
        _ part: [UInt8],
        isChecked: Bool = false,
        on daemon: DaemonProcess
    ) async throws -> ProbeResponse {
        let isLast = offset + part.count == bytes.count
        switch transport {
        case .tus:
            let length = isDeferred && isLast ? [("Upload-Length", "\(bytes.count)")] : []
            return try await daemon.patch(
                upload,
                at: offset,
                part,
                length + (isChecked ? [Checksums.field("sha1", of: part)] : [])
            )
        case .http:
            let fields = Interop.current.append(at: offset, isLast)
            return try await daemon.request("PATCH", upload.path, fields, body: part)
        }
    }

    func note(_ event: String) {
        story.append(event)
        if story.count > 12 { story.removeFirst() }
    }

    var tale: String { "\(name) \(transport) of \(bytes.count): \(story.joined(separator: "; "))" }
}
