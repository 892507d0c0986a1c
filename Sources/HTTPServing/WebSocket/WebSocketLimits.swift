package import NIOCore

/// What a client may do with a connection of WebSocket.
package struct WebSocketLimits: Sendable {
    /// Of one frame, and of a message of several, in bytes.
    package var messageBytes: Int
    /// Frames of one message.
    package var fragments: Int
    /// From the first frame of a message to its last one.
    package var messageTime: TimeAmount
    /// Between two pings. One that is not answered before the next is due ends the connection.
    package var pingInterval: TimeAmount
    /// How long the client's own close may take.
    package var closeTime: TimeAmount

    package init(
        messageBytes: Int = 64 << 10,
        fragments: Int = 64,
        messageTime: TimeAmount = .seconds(10),
        pingInterval: TimeAmount = .seconds(20),
        closeTime: TimeAmount = .seconds(2)
    ) {
        self.messageBytes = messageBytes
        self.fragments = fragments
        self.messageTime = messageTime
        self.pingInterval = pingInterval
        self.closeTime = closeTime
    }
}

/// Why a connection of WebSocket ends (RFC 6455 section 7.4.1).
package enum WebSocketCloseCode: UInt16, Sendable {
    case normal = 1000
    /// The service goes away.
    case goingAway = 1001
    case protocolError = 1002
    /// Binary messages are not understood.
    case unacceptableData = 1003
    /// A text that is not UTF-8.
    case invalidText = 1007
    /// Something that is not allowed.
    case policyViolation = 1008
    case messageTooLarge = 1009
    /// Come again later (registered with IANA).
    case tryAgainLater = 1013
    /// The credentials are missing, or not good any more. From here on of private use (RFC 6455 section 7.4.2).
    case unauthenticated = 4401
    /// The client does not read as fast as it would have to.
    case tooSlow = 4408
}
