import Glibc
import MediaTesting
import Testing

extension DaemonProcess {
    /// Waits until a request on the upload is being received, and the daemon has all that was sent with it.
    ///
    /// - Parameters:
    ///   - count: bytes that were sent with the request.
    ///   - offset: where it began.
    func expectReceiving(
        _ upload: UploadAddress,
        _ count: Int,
        from offset: Int = 0,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let isHeld = try await eventually { site.isHeld(upload) }
        #expect(isHeld, "nobody took the upload", sourceLocation: sourceLocation)
        // The first write shows that the bytes go where they belong. Smaller requests are written at their end.
        if count > 3 * Self.writeLength / 2 {
            try await expectWritten(offset + Self.writeLength, of: upload, sourceLocation: sourceLocation)
        }
        // The table is no snapshot: bytes that move while it is read may show nowhere. They do not three times.
        var quietLooks = 0
        let isTaken = try await eventually {
            quietLooks = Self.waitingBytes(port: port) == 0 ? quietLooks + 1 : 0
            return quietLooks == 3
        }
        #expect(isTaken, "bytes were left unread", sourceLocation: sourceLocation)
    }

    /// Waits until the daemon has written at least this many bytes of an upload, without disturbing the request that brings
    /// them.
    func expectWritten(
        _ count: Int,
        of upload: UploadAddress,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let isThere = try await eventually { site.sizeInStaging(of: upload) >= count }
        #expect(isThere, "\(count) bytes never came to the disk", sourceLocation: sourceLocation)
    }

    /// With the configuration of these tests the daemon keeps less than this in its memory, until the request ends: it writes in pieces
    /// of at most half the size.
    static let writeLength = 128 << 10

    /// Bytes on their way to a port of this machine: not sent yet by the clients, or not read yet by the server.
    ///
    /// Source: proc(5), /proc/net/tcp.
    private static func waitingBytes(port: Int) -> Int {
        var waiting = 0
        for line in kernelTable("/proc/net/tcp").split(separator: "\n").dropFirst() {
            let fields = line.split(separator: " ")
            guard fields.count > 4, fields[3] == "01" else { continue }
            let queues = fields[4].split(separator: ":").compactMap { Int($0, radix: 16) }
            guard queues.count == 2 else { continue }
            if endpoint(fields[1]) == port { waiting += queues[1] }
            if endpoint(fields[2]) == port { waiting += queues[0] }
        }
        return waiting
    }

    private static func endpoint(_ address: Substring) -> Int? {
        address.split(separator: ":").last.flatMap { Int($0, radix: 16) }
    }
}

extension DaemonSite {
    /// Size of the file that an upload's bytes are in; 0 when there is none.
    func sizeInStaging(of upload: UploadAddress) -> Int {
        var information = stat()
        return stat("\(folder(of: upload))/data", &information) == 0 ? Int(information.st_size) : 0
    }

    /// Whether a process holds the upload: a flock(2) on its folder.
    ///
    /// Source: proc_locks(5).
    func isHeld(_ upload: UploadAddress) -> Bool {
        var information = stat()
        guard stat(folder(of: upload), &information) == 0 else { return false }
        let inode = ":\(information.st_ino) "
        return kernelTable("/proc/locks").split(separator: "\n").contains {
            $0.contains("FLOCK") && $0.contains(inode)
        }
    }

    private func folder(of upload: UploadAddress) -> String { "\(root)/staging/uploads/\(upload.id)" }
}

/// A table of the kernel, which gives a page for each read(2) and knows no size.
private func kernelTable(_ path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
        Issue.record("\(path) cannot be read: \(String(cString: strerror(errno)))")
        return ""
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var page = [UInt8](repeating: 0, count: 65_536)
    while case let count = read(descriptor, &page, page.count), count > 0 { bytes += page[..<count] }
    return String(decoding: bytes, as: UTF8.self)
}

/// Measures something until it is quick enough, four times at most: a busy machine makes one attempt slow, a daemon that waits
/// makes every one slow.
func expectSoon(
    within limit: Duration,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ attempt: () async throws -> Duration
) async throws {
    var best = Duration.seconds(1000)
    for _ in 0..<4 where best >= limit { best = min(best, try await attempt()) }
    #expect(best < limit, sourceLocation: sourceLocation)
}
