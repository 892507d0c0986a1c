import MediaTesting
import Testing

/// What happens to a good client on a bad network.
extension PersistentClient {
    /// A request that breaks off at a random byte: reset, closed, or forgotten.
    func cut(_ upload: UploadAddress, _ range: Range<Int>, on daemon: DaemonProcess) async throws {
        let count = Int.random(in: 0...range.count, using: &generator)
        let way = Int.random(in: 0..<3, using: &generator)
        note("cut \(range) after \(count) by \(way)")
        ceiling = max(ceiling, range.lowerBound + count)
        (isOffsetKnown, hasStrays) = (false, true)
        let probe = try await daemon.connect()
        let fields =
            transport == .tus
            ? Tus.patch(at: range.lowerBound)
            : Interop.current.append(at: range.lowerBound, false)
        // More is announced than will come.
        let length = min(bytes.count - range.lowerBound, range.count + 1)
        try await probe.send("PATCH", upload.path, fields + [("Content-Length", "\(length)")])
        try await probe.send(Array(bytes[range.lowerBound..<range.lowerBound + count]))
        switch way {
        case 0: probe.reset()
        case 1: probe.finishSending()
        default:
            forgotten.append(probe)
            if forgotten.count > 8 { forgotten.removeFirst() }
        }
    }

    /// Bytes that were damaged on the way: the checksum does not fit.
    func spoil(_ upload: UploadAddress, _ range: Range<Int>, on daemon: DaemonProcess) async throws {
        guard transport == .tus else { return try await send(upload, range, isChecked: false, on: daemon) }
        note("spoil \(range)")
        var part = Array(bytes[range])
        let field = Checksums.field("sha1", of: part)
        part[Int.random(in: part.indices, using: &generator)] ^= 1
        let answer = try await daemon.patch(upload, at: range.lowerBound, part, [field])
        let isFine = [460, 423, 503].contains(answer.status) || hasStrays && [400, 409].contains(answer.status)
        #expect(isFine, "\(answer.status) \(answer.text) \(tale)")
        isOffsetKnown = false
    }

    /// A request that comes twice, too late or too early.
    func misplace(_ upload: UploadAddress, _ offset: Int, on daemon: DaemonProcess) async throws {
        var wrong = Int.random(in: 0..<bytes.count, using: &generator)
        if wrong == offset { wrong = offset == 0 ? 1 : 0 }
        note("misplace at \(wrong), is at \(offset)")
        let part = Array(bytes[wrong..<min(bytes.count, wrong + 100)].dropLast())
        let answer = try await append(upload, wrong, part, on: daemon)
        // A stray may have made it the right place meanwhile; the bytes are the right ones.
        let isFine = [409, 423, 503].contains(answer.status) || hasStrays && [204, 400].contains(answer.status)
        #expect(isFine, "\(answer.status) \(answer.text) \(tale)")
        ceiling = max(ceiling, wrong + part.count)
        isOffsetKnown = false
    }

    /// The same request on two connections at once.
    func twins(_ upload: UploadAddress, _ range: Range<Int>, on daemon: DaemonProcess) async throws {
        note("twins \(range)")
        ceiling = max(ceiling, range.upperBound)
        isOffsetKnown = false
        let part = Array(bytes[range])
        async let first = append(upload, range.lowerBound, part, on: daemon)
        async let second = append(upload, range.lowerBound, part, on: daemon)
        for answer in try await [first, second] {
            // The last bytes may have completed the upload for the other one.
            let isFine = (200..<300).contains(answer.status) || [400, 403, 409, 423, 503].contains(answer.status)
            #expect(isFine, "\(answer.status) \(answer.text) \(tale)")
        }
    }
}
