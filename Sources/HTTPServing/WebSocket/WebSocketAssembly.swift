import NIOCore
import NIOWebSocket

/// Puts the frames of a client together to messages, by the rules of RFC 6455 that a decoder of single frames does not know.
/// A pure value.
struct WebSocketAssembly {
    /// What a frame makes.
    enum Outcome: Equatable {
        /// More of the message has to come.
        case incomplete
        case text(String)
        /// Its content goes back.
        case ping(ByteBuffer)
        case pong(ByteBuffer)
        /// The client closes; with this code, if it gave one.
        case close(WebSocketErrorCode?)
        case refused(WebSocketCloseCode)
    }

    private let limits: WebSocketLimits
    private var collected = ByteBuffer()
    private var fragments = 0

    init(limits: WebSocketLimits) { self.limits = limits }

    /// Whether a message has begun and not ended.
    var isCollecting: Bool { self.fragments > 0 }

    mutating func take(_ frame: WebSocketFrame) -> Outcome {
        // Section 5.1: a client masks every frame. Section 5.2: bits of extensions that nobody agreed on.
        guard frame.maskKey != nil, !frame.rsv1, !frame.rsv2, !frame.rsv3 else { return .refused(.protocolError) }
        switch frame.opcode {
        case .ping: return .ping(frame.unmaskedData)
        case .pong: return .pong(frame.unmaskedData)
        case .connectionClose: return Self.close(frame.unmaskedData)
        case .text: return self.isCollecting ? .refused(.protocolError) : self.collect(frame)
        case .continuation: return self.isCollecting ? self.collect(frame) : .refused(.protocolError)
        case .binary: return .refused(.unacceptableData)
        default: return .refused(.protocolError)
        }
    }

    private mutating func collect(_ frame: WebSocketFrame) -> Outcome {
        self.fragments += 1
        guard self.fragments <= self.limits.fragments else { return .refused(.policyViolation) }
        guard self.collected.readableBytes + frame.length <= self.limits.messageBytes else {
            return .refused(.messageTooLarge)
        }
        var data = frame.unmaskedData
        self.collected.writeBuffer(&data)
        guard frame.fin else { return .incomplete }
        let bytes = self.collected
        self.collected = ByteBuffer()
        self.fragments = 0
        // Section 8.1.
        guard let text = String(validating: bytes.readableBytesView, as: UTF8.self) else {
            return .refused(.invalidText)
        }
        return .text(text)
    }

    /// Section 5.5.1: a code of two bytes and a text, or nothing.
    private static func close(_ data: ByteBuffer) -> Outcome {
        var data = data
        guard data.readableBytes > 0 else { return .close(nil) }
        guard let number = data.readInteger(as: UInt16.self), Self.isCode(number),
            String(validating: data.readableBytesView, as: UTF8.self) != nil
        else { return .refused(.protocolError) }
        return .close(WebSocketErrorCode(codeNumber: Int(number)))
    }

    /// Section 7.4: those that may be sent.
    private static func isCode(_ number: UInt16) -> Bool {
        switch number {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
