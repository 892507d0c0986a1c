/// The bounds of HTTP connections. Every field is a configuration key (`http.*`, `uploads.bufferSize`).
package struct ConnectionLimits: Sendable {
    /// Open at a time, in all; beyond, those make room that wait for a request.
    package var maximumConnections: Int
    /// Open at a time from one IP address; 0 for no bound.
    package var maximumConnectionsPerAddress: Int
    /// Requests that one connection of HTTP/1 may bring; the response to the last one closes it.
    package var maximumRequestsPerConnection: Int
    /// Bytes of all header fields of a request, and of a single one.
    package var maximumHeaderBytes: Int
    /// Header fields of a request.
    package var maximumHeaderCount: Int
    /// Without a request, or without a byte of a body, for so long the connection is closed.
    package var idleTimeout: Duration
    /// From a request's first byte, or from the connection's beginning, to the end of its head.
    package var headerTimeout: Duration
    /// A client that takes nothing of what is written for so long is cut off.
    package var writeTimeout: Duration
    /// How long what a client still sends is read and thrown away, so that it gets to see the last response.
    package var lingerTimeout: Duration
    /// What the kernel takes for all connections together beyond what their clients have room for, in bytes; 0 leaves that to the kernel.
    package var sendQueueBytes: Int
    /// What all bodies that are on their way to disk collect together before they are written, in bytes, as long as there are not
    /// so many that each would have too little.
    package var bodyBufferBytes: Int

    /// All bounds; there are no defaults, as the settings have them.
    package init(
        maximumConnections: Int,
        maximumConnectionsPerAddress: Int,
        maximumRequestsPerConnection: Int,
        maximumHeaderBytes: Int,
        maximumHeaderCount: Int,
        idleTimeout: Duration,
        headerTimeout: Duration,
        writeTimeout: Duration,
        lingerTimeout: Duration,
        sendQueueBytes: Int,
        bodyBufferBytes: Int
    ) {
        self.maximumConnections = maximumConnections
        self.maximumConnectionsPerAddress = maximumConnectionsPerAddress
        self.maximumRequestsPerConnection = maximumRequestsPerConnection
        self.maximumHeaderBytes = maximumHeaderBytes
        self.maximumHeaderCount = maximumHeaderCount
        self.idleTimeout = idleTimeout
        self.headerTimeout = headerTimeout
        self.writeTimeout = writeTimeout
        self.lingerTimeout = lingerTimeout
        self.sendQueueBytes = sendQueueBytes
        self.bodyBufferBytes = bodyBufferBytes
    }
}
