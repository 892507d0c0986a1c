import Access
import MediaCore
import MediaTesting
import Synchronization
import Testing

@testable import MediaEngine
@testable import MediaServer

@Suite("Changes by WebSocket", .timeLimit(.minutes(2)))
struct EventSocketTests {
    /// A client by hand: it can do what no library would.
    struct Socket {
        let probe: HTTPProbe

        static func open(_ scene: EventScene, _ fields: String = "") async throws -> (Socket, ProbeResponse) {
            let probe = try await scene.connect()
            try await probe.send(
                """
                GET /api/events/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n\
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\(fields)\r\n
                """
            )
            return (Socket(probe: probe), try await probe.receiveHead())
        }

        func send(_ first: UInt8, _ bytes: [UInt8], isMasked: Bool = true) async throws {
            try await self.probe.send(Self.frame(first, bytes, isMasked: isMasked))
        }

        static func frame(_ first: UInt8, _ bytes: [UInt8], isMasked: Bool = true) -> [UInt8] {
            var frame: [UInt8] = [first]
            let bit: UInt8 = isMasked ? 0x80 : 0
            if bytes.count < 126 {
                frame.append(bit | UInt8(bytes.count))
            } else if bytes.count < 65_536 {
                frame += [bit | 126, UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)]
            } else {
                frame += [bit | 127] + (0..<8).map { UInt8(truncatingIfNeeded: bytes.count >> (56 - 8 * $0)) }
            }
            let mask: [UInt8] = isMasked ? [7, 8, 9, 10] : []
            return frame + mask + (isMasked ? bytes.enumerated().map { $1 ^ mask[$0 % 4] } : bytes)
        }

        func say(_ text: String) async throws { try await self.send(0x81, Array(text.utf8)) }

        func receive() async throws -> (opcode: UInt8, bytes: [UInt8]) {
            let head = try await self.probe.take(exactly: 2)
            #expect(head[1] & 0x80 == 0, "a server does not mask")
            var count = Int(head[1])
            if count == 126 {
                count = try await self.probe.take(exactly: 2).reduce(0) { $0 << 8 | Int($1) }
            } else if count == 127 {
                count = try await self.probe.take(exactly: 8).reduce(0) { $0 << 8 | Int($1) }
            }
            return (head[0] & 0x0F, count == 0 ? [] : try await self.probe.take(exactly: count))
        }

        func hear() async throws -> String {
            let (opcode, bytes) = try await self.receive()
            #expect(opcode == 1)
            return String(decoding: bytes, as: UTF8.self)
        }

        /// The code with which the server closes.
        func closeCode() async throws -> Int {
            while true {
                let (opcode, bytes) = try await self.receive()
                if opcode == 8 { return bytes.prefix(2).reduce(0) { $0 << 8 | Int($1) } }
            }
        }
    }

    @Test("The handshake is that of RFC 6455, without extensions")
    func handshake() async throws {
        try await EventScene.with { (scene) async throws in
            let (_, head) = try await Socket.open(scene, "Sec-WebSocket-Extensions: permessage-deflate\r\n")
            #expect(head.status == 101)
            #expect(head.all("Sec-WebSocket-Accept") == ["s3pPLMBiTxaQ9kYGzzhZRbK+xOo="])
            #expect(head.all("Upgrade") == ["websocket"] && head.all("Connection") == ["Upgrade"])
            #expect(head.all("Sec-WebSocket-Extensions").isEmpty && head.all("Content-Length").isEmpty)
            let plain = try await scene.get("/api/events/ws")
            #expect(plain.status == 426 && plain.all("Upgrade") == ["websocket"])
            let withoutConnection = try await scene.get("/api/events/ws", "Upgrade: websocket\r\n")
            #expect(withoutConnection.status == 426)
            let old = try await scene.get(
                "/api/events/ws",
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 8\r\n"
            )
            #expect(old.status == 426 && old.all("Sec-WebSocket-Version") == ["13"])
            let noKey = try await scene.get(
                "/api/events/ws",
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            )
            #expect(noKey.status == 400)
        }
    }

    @Test("Only pages of allowed sites connect")
    func origins() async throws {
        try await EventScene.with { (scene) async throws in
            for origin in ["https://app.example", "http://localhost", "https://localhost"] {
                #expect(try await Socket.open(scene, "Origin: \(origin)\r\n").1.status == 101, "\(origin)")
            }
            for origin in ["https://evil.example", "null", "http://localhost.evil.example", "http://localhost:1"] {
                #expect(try await Socket.open(scene, "Origin: \(origin)\r\n").1.status == 403, "\(origin)")
            }
        }
    }

    @Test("Subscriptions have their events, each with its own cursor and filter")
    func subscriptions() async throws {
        try await EventScene.with { (scene) async throws in
            scene.feed.commit([EventScene.event("posters/1.jpg")])
            let (socket, _) = try await Socket.open(scene)
            try await socket.say(#"{"type":"subscribe","id":"old","since":"e1.0","unknown":[1,{"a":2}]}"#)
            #expect(try await socket.hear() == #"{"cursor":"e1.0","id":"old","type":"subscribed"}"#)
            #expect(try await socket.hear().hasPrefix(#"{"id":"old","type":"event","event":{"at":"#))
            try await socket.say(#"{"type":"subscribe","id":"films","since":"now","collections":["films"]}"#)
            #expect(try await socket.hear() == #"{"cursor":"e1.1","id":"films","type":"subscribed"}"#)
            try await socket.say(#"{"type":"unsubscribe","id":"old"}"#)
            try await requireEventually { scene.hub.count == 1 }
            scene.feed.commit([EventScene.event("posters/2.jpg")])
            scene.feed.commit([EventScene.event("films/a.mp4")])
            let event = try await socket.hear()
            #expect(event.hasPrefix(#"{"id":"films","type":"event","event":{"#) && event.contains(#""cursor":"e1.3""#))
            try await socket.say(#"{"type":"subscribe","id":"gone","since":"e0.1"}"#)
            let resync = try await socket.hear()
            #expect(resync == #"{"code":"cursor_expired","floor":"e1.0","head":"e1.3","id":"gone","type":"resync"}"#)
            socket.probe.reset()
            try await requireEventually { scene.hub.count == 0 }
        }
    }

    @Test("What cannot be read gets an error that names the member, and the connection goes on")
    func errors() async throws {
        try await EventScene.with { (scene) async throws in
            let (socket, _) = try await Socket.open(scene)
            for (message, part) in [
                (#"{"type":"subscribe","id":7}"#, #"\"id\" must be a text"#),
                (#"{"type":"subscribe","id":"a","collections":"x"}"#, #"\"collections\" must be a list of texts"#),
                (#"{"type":"subscribe","id":"a","since":"e1"}"#, "since must be a cursor"),
                (#"{"type":"subscribe"}"#, #"\"id\" is missing"#),
                (#"{"type":"dance","id":"a"}"#, #"\"type\" must be subscribe"#),
                ("[]", "no JSON object"), ("", "no JSON object"),
                (String(repeating: "[", count: 60_000), "no JSON object"),
            ] {
                try await socket.say(message)
                let answer = try await socket.hear()
                #expect(answer.contains(part) && answer.contains(#""code":"invalid_request""#), "\(message): \(answer)")
            }
            for number in 0..<17 { try await socket.say(#"{"type":"subscribe","id":"\#(number)"}"#) }
            var answers: [String] = []
            for _ in 0..<17 { answers.append(try await socket.hear()) }
            #expect(answers.filter { $0.contains("subscribed") }.count == 16)
            #expect(answers.filter { $0.contains(#""code":"busy""#) }.count == 1)
        }
    }

    @Test("Hostile frames end the connection with the code that fits")
    func hostile() async throws {
        try await EventScene.with { (scene) async throws in
            let unmasked = try await Socket.open(scene).0
            try await unmasked.send(0x81, Array("{}".utf8), isMasked: false)
            #expect(try await unmasked.closeCode() == 1002)
            let large = try await Socket.open(scene).0
            try await large.send(0x81, [UInt8](repeating: 0x20, count: 70_000))
            #expect(try await large.closeCode() == 1009)
            // In one write each: the server waits only so long for a client that it has let go.
            let parts = try await Socket.open(scene).0
            let ends = Array((0..<70).map { _ in Socket.frame(0x00, [0x20]) }.joined())
            try await parts.probe.send(Socket.frame(0x01, [0x20]) + ends)
            #expect(try await parts.closeCode() == 1008)
            let total = try await Socket.open(scene).0
            let half = [UInt8](repeating: 0x20, count: 60_000)
            try await total.probe.send(Socket.frame(0x01, half) + Socket.frame(0x80, half))
            #expect(try await total.closeCode() == 1009)
            let binary = try await Socket.open(scene).0
            try await binary.send(0x82, [1])
            #expect(try await binary.closeCode() == 1003)
            let text = try await Socket.open(scene).0
            try await text.send(0x81, [0xFF])
            #expect(try await text.closeCode() == 1007)
            let control = try await Socket.open(scene).0
            try await control.send(0x89, [UInt8](repeating: 1, count: 126))
            #expect(try await control.closeCode() == 1002)
            let extended = try await Socket.open(scene).0
            try await extended.send(0xC1, Array("{}".utf8))
            #expect(try await extended.closeCode() == 1002)
            let closing = try await Socket.open(scene).0
            try await closing.send(0x88, [0x03, 0xE9])
            #expect(try await closing.closeCode() == 1001)
            try await requireEventually { scene.hub.count == 0 }
        }
    }

    @Test("A ping is answered with its content")
    func ping() async throws {
        try await EventScene.with { (scene) async throws in
            let (socket, _) = try await Socket.open(scene)
            try await socket.send(0x89, Array("abc".utf8))
            let (opcode, bytes) = try await socket.receive()
            #expect(opcode == 10 && bytes == Array("abc".utf8))
        }
    }

    /// A gate whose tokens are words: what each may, and how long its look-up takes.
    private final class WordGate: EventGate {
        private let ended = Mutex<Set<String>>([])
        private let gates = Mutex<[String: AsyncStream<Void>]>([:])

        struct Authority: EventAuthority {
            let word: String
            let gate: WordGate
            func mayHear(_ event: FeedEvent) -> Bool { event.collection == self.word }
            func maySee(_ upload: UploadReference) -> Bool { true }
            func state() async -> EventAccess { self.gate.ended.withLock { $0.contains(self.word) } ? .lost : .valid }
            var canEnd: Bool { true }
        }

        func end(_ word: String) { _ = self.ended.withLock { $0.insert(word) } }

        func hold(_ word: String) -> AsyncStream<Void>.Continuation {
            let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
            self.gates.withLock { $0[word] = stream }
            return continuation
        }

        func authority(of principal: Principal) -> any EventAuthority {
            Authority(word: principal.subject ?? "open", gate: self)
        }

        func principal(ofToken token: String) async throws(MediaError) -> Principal {
            if let gate = self.gates.withLock({ $0[token] }) { for await _ in gate {} }
            guard token != "none" else { throw MediaError(.forbidden, "No.") }
            return Principal.token(subject: token, scopes: .all, end: nil)
        }
    }

    @Test("A connection without subscriptions ends with its rights, and at a shutdown, too")
    func idle() async throws {
        let gate = WordGate()
        try await EventScene.with(gate: gate) { scene in
            let (revoked, _) = try await Socket.open(scene)
            // A subscription that was given up counts as none.
            try await revoked.say(#"{"type":"subscribe","id":"a"}"#)
            _ = try await revoked.hear()
            try await revoked.say(#"{"type":"unsubscribe","id":"a"}"#)
            try await revoked.say(#"{"type":"token","token":"posters"}"#)
            let (staying, _) = try await Socket.open(scene)
            try await requireEventually { scene.hub.core.withLock { $0.guests.count } == 2 && scene.hub.count == 0 }
            // Pause: the token is being looked up.
            try await Task.sleep(for: .milliseconds(200))
            gate.end("posters")
            #expect(try await revoked.hear() == #"{"event":{"type":"access.lost"},"type":"event"}"#)
            #expect(try await revoked.closeCode() == 1008)
            scene.hub.close()
            let last = try await staying.hear()
            #expect(last.contains(#""code":"shutting_down""#) && last.contains(#""retryAfter":"#))
            #expect(try await staying.closeCode() == 1001)
            try await requireEventually { scene.hub.core.withLock { $0.guests.isEmpty } }
        }
    }

    @Test("The token that was sent last counts, whichever is looked up sooner; one without the right is refused")
    func tokens() async throws {
        let gate = WordGate()
        try await EventScene.with(gate: gate) { scene in
            let (socket, _) = try await Socket.open(scene)
            let slow = gate.hold("posters")
            try await socket.say(#"{"type":"token","token":"posters"}"#)
            try await socket.say(#"{"type":"token","token":"films"}"#)
            try await socket.say(#"{"type":"token","token":"none"}"#)
            #expect(try await socket.hear().contains(#""code":"forbidden""#))
            slow.finish()
            // Pause: the slow one comes to its end.
            try await Task.sleep(for: .milliseconds(200))
            try await socket.say(#"{"type":"subscribe","id":"a","since":"now"}"#)
            _ = try await socket.hear()
            scene.feed.commit([EventScene.event("posters/1.jpg")])
            scene.feed.commit([EventScene.event("films/1.mp4")])
            #expect(try await socket.hear().contains(#""cursor":"e1.2""#))
        }
    }

    @Test("At capacity a subscription is refused with a time to try again, and the connection goes on")
    func capacity() async throws {
        try await EventScene.with(FeedHub.Limits(readers: 1)) { scene in
            let (socket, _) = try await Socket.open(scene)
            try await socket.say(#"{"type":"subscribe","id":"a"}"#)
            _ = try await socket.hear()
            try await socket.say(#"{"type":"subscribe","id":"b"}"#)
            let refusal = try await socket.hear()
            #expect(refusal.contains(#""code":"busy""#) && refusal.contains(#""id":"b""#))
            #expect(refusal.contains(#""retryAfter":2"#))
            scene.feed.commit([EventScene.event()])
            #expect(try await socket.hear().contains(#""id":"a""#))
        }
    }

    @Test("Who unsubscribes and subscribes anew by the same name is not let go for the old one's end")
    func sameName() async throws {
        try await EventScene.with { (scene) async throws in
            let (socket, _) = try await Socket.open(scene)
            // With the last one as many as may be looked up at once: on a busy machine none is done before all have come.
            for _ in 1..<EventSocketSession.maximumSubscriptions {
                try await socket.say(#"{"type":"subscribe","id":"a","since":"e1.0"}"#)
                try await socket.say(#"{"type":"unsubscribe","id":"a"}"#)
            }
            try await socket.say(#"{"type":"subscribe","id":"a","since":"e1.0"}"#)
            try await requireEventually { scene.hub.count == 1 }
            scene.feed.commit([EventScene.event()])
            while try await !socket.hear().contains("file.created") {}
        }
    }

    @Test("A shutdown says so, with the cursor and a time to come again, and closes")
    func shutdown() async throws {
        try await EventScene.with { (scene) async throws in
            let (socket, _) = try await Socket.open(scene)
            try await socket.say(#"{"type":"subscribe","id":"a","since":"now"}"#)
            _ = try await socket.hear()
            scene.hub.close()
            let last = try await socket.hear()
            #expect(last.contains(#""code":"shutting_down""#) && last.contains(#""cursor":"e1.0""#))
            #expect(last.contains(#""retryAfter":"#))
            #expect(try await socket.closeCode() == 1001)
        }
    }
}
