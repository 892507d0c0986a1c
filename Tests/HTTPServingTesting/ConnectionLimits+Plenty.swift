package import HTTPServing

extension ConnectionLimits {
    /// More than tests need that are about something else.
    package static let plenty = ConnectionLimits(
        maximumConnections: 10,
        maximumConnectionsPerAddress: 10,
        maximumRequestsPerConnection: 100,
        maximumHeaderBytes: 1000,
        maximumHeaderCount: 10,
        idleTimeout: .seconds(60),
        headerTimeout: .seconds(10),
        writeTimeout: .seconds(30),
        lingerTimeout: .seconds(2),
        sendQueueBytes: 0,
        bodyBufferBytes: 1 << 20
    )
}
