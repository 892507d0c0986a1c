import Foundation
import MediaTesting
import Testing

/// A client of `/api/sync` by hand (RFC 6455): it can do what no page does.
struct StreamClient: Sendable {
    private let probe: HTTPProbe

    /// Opens a stream.
    static func open(_ service: DaemonProcess, _ fields: String = "") async throws -> StreamClient {
        let (client, head) = try await Self.ask(service, fields)
        try #require(head.status == 101, "\(head.status)")
        return client
    }

    /// Asks for one.
    static func ask(_ service: DaemonProcess, _ fields: String = "") async throws -> (StreamClient, ProbeResponse) {
        let probe = try await service.connect()
        try await probe.send(
            """
            GET /api/sync HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\(fields)\r\n
            """
        )
        return (StreamClient(probe: probe), try await probe.receiveHead())
    }

    /// Sends a text of less than 64 KiB in one frame.
    func say(_ text: String) async throws {
        let bytes = Array(text.utf8)
        let mask: [UInt8] = [7, 8, 9, 10]
        var frame: [UInt8] = [0x81]
        if bytes.count < 126 {
            frame.append(0x80 | UInt8(bytes.count))
        } else {
            frame += [0x80 | 126, UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)]
        }
        frame += mask
        for (index, byte) in bytes.enumerated() { frame.append(byte ^ mask[index % 4]) }
        try await self.probe.send(frame)
    }

    func sayToken(_ token: String) async throws { try await self.say("{\"type\": \"token\", \"token\": \"\(token)\"}") }

    func subscribe(since: String = "now") async throws {
        try await self.say("{\"type\": \"subscribe\", \"id\": \"films\", \"since\": \"\(since)\"}")
    }

    /// The next message; pings are passed over.
    func hear() async throws -> [String: String] {
        while true {
            let (opcode, bytes) = try await self.frame()
            guard opcode != 9 else { continue }
            try #require(opcode == 1, "frame \(opcode): \(bytes)")
            let members = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
            return (members ?? [:]).compactMapValues { $0 as? String }
        }
    }

    /// The code that the service closes with; messages before it are passed over.
    func closeCode() async throws -> Int {
        while true {
            let (opcode, bytes) = try await self.frame()
            if opcode == 8 { return Self.number(bytes.prefix(2)) }
        }
    }

    private func frame() async throws -> (opcode: UInt8, bytes: [UInt8]) {
        let head = try await self.probe.take(exactly: 2)
        let length =
            switch head[1] {
            case 126: Self.number(try await self.probe.take(exactly: 2))
            case 127: Self.number(try await self.probe.take(exactly: 8))
            default: Int(head[1])
            }
        return (head[0] & 0x0F, length == 0 ? [] : try await self.probe.take(exactly: length))
    }

    private static func number(_ bytes: some Sequence<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
}
