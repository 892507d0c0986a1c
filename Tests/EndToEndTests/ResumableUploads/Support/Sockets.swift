import MediaTesting
import Testing

extension DaemonProcess {
    /// Waits until the daemon has read all that was sent to it: the kernel holds nothing back for it.
    ///
    /// Source: proc(5), /proc/net/tcp.
    func expectTaken(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let isTaken = try await eventually { Self.waitingBytes(port: port) == 0 }
        #expect(isTaken, "bytes were left unread", sourceLocation: sourceLocation)
    }

    /// Bytes on their way to a port of this machine: not sent yet by the clients, or not read yet by the server.
    private static func waitingBytes(port: Int) -> Int {
        var waiting = 0
        for line in FileNames.text("/proc/net/tcp").split(separator: "\n").dropFirst() {
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
