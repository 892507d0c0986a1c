import NIOCore
import NIOWebSocket
import Testing

@testable import HTTPServing

@Suite("Frames of WebSocket become messages")
struct WebSocketAssemblyTests {
    private static let mask = WebSocketMaskingKey([1, 2, 3, 4])

    private static func frame(
        _ opcode: WebSocketOpcode,
        _ bytes: [UInt8],
        fin: Bool = true,
        isMasked: Bool = true,
        rsv1: Bool = false
    ) -> WebSocketFrame {
        var data = ByteBuffer(bytes: bytes)
        if isMasked, let mask = Self.mask { data.webSocketMask(mask) }
        return WebSocketFrame(fin: fin, rsv1: rsv1, opcode: opcode, maskKey: isMasked ? Self.mask : nil, data: data)
    }

    private static func text(_ text: String, fin: Bool = true, _ opcode: WebSocketOpcode = .text) -> WebSocketFrame {
        Self.frame(opcode, Array(text.utf8), fin: fin)
    }

    private var assembly: WebSocketAssembly {
        WebSocketAssembly(limits: WebSocketLimits(messageBytes: 16, fragments: 3))
    }

    @Test("A text in one frame, and in several, with a ping in between")
    func texts() {
        var assembly = self.assembly
        #expect(assembly.take(Self.text("hello")) == .text("hello"))
        #expect(assembly.take(Self.text("a", fin: false)) == .incomplete)
        #expect(assembly.isCollecting)
        #expect(assembly.take(Self.text("p", .ping)) == .ping(ByteBuffer(string: "p")))
        #expect(assembly.take(Self.text("é", fin: false, .continuation)) == .incomplete)
        #expect(assembly.take(Self.text("b", .continuation)) == .text("aéb"))
        #expect(!assembly.isCollecting)
        #expect(assembly.take(Self.text("")) == .text(""))
    }

    @Test("RFC 6455 section 5.1: what is not masked is refused, and bits of extensions")
    func masks() {
        var assembly = self.assembly
        #expect(assembly.take(Self.frame(.text, [0x61], isMasked: false)) == .refused(.protocolError))
        #expect(assembly.take(Self.frame(.ping, [], isMasked: false)) == .refused(.protocolError))
        #expect(assembly.take(Self.frame(.text, [0x61], rsv1: true)) == .refused(.protocolError))
    }

    @Test("Parts without a beginning, and a beginning within parts, are refused")
    func sequence() {
        var assembly = self.assembly
        #expect(assembly.take(Self.text("a", .continuation)) == .refused(.protocolError))
        #expect(assembly.take(Self.text("a", fin: false)) == .incomplete)
        #expect(assembly.take(Self.text("b")) == .refused(.protocolError))
    }

    @Test("The parts of a message are bounded in number and size")
    func bounds() {
        var many = self.assembly
        #expect(many.take(Self.text("a", fin: false)) == .incomplete)
        #expect(many.take(Self.text("", fin: false, .continuation)) == .incomplete)
        #expect(many.take(Self.text("", fin: false, .continuation)) == .incomplete)
        #expect(many.take(Self.text("", fin: false, .continuation)) == .refused(.policyViolation))
        var large = self.assembly
        #expect(large.take(Self.text("0123456789", fin: false)) == .incomplete)
        #expect(large.take(Self.text("0123456", .continuation)) == .refused(.messageTooLarge))
    }

    @Test("Only UTF-8 is a text, and only whole")
    func encoding() {
        var assembly = self.assembly
        #expect(assembly.take(Self.frame(.text, [0xC3])) == .refused(.invalidText))
        #expect(assembly.take(Self.frame(.text, [0xC3], fin: false)) == .incomplete)
        #expect(assembly.take(Self.frame(.continuation, [0xA9])) == .text("é"))
        #expect(assembly.take(Self.frame(.binary, [1])) == .refused(.unacceptableData))
    }

    @Test("RFC 6455 section 7.4: codes with which a client may close")
    func closing() {
        var assembly = self.assembly
        #expect(assembly.take(Self.frame(.connectionClose, [])) == .close(nil))
        #expect(assembly.take(Self.frame(.connectionClose, [0x03, 0xE8])) == .close(.normalClosure))
        for bad: [UInt8] in [[1], [0x03, 0xED], [0, 0], [0x03, 0xE8, 0xFF]] {
            #expect(assembly.take(Self.frame(.connectionClose, bad)) == .refused(.protocolError))
        }
    }

    @Test("The head of a frame has its length in 7, 16 or 64 bits")
    func heads() {
        let head = { (length: Int) in Array(WebSocketFrameHead.bytes(opcode: .text, length: length).readableBytesView) }
        #expect(head(125) == [0x81, 125])
        #expect(head(126) == [0x81, 126, 0, 126])
        #expect(head(65_535) == [0x81, 126, 0xFF, 0xFF])
        #expect(head(65_536) == [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0])
    }
}
