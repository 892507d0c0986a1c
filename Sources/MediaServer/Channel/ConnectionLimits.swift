/// The bounds of one HTTP connection. Every field is a configuration key (`http.*`, `uploads.bufferSize`).
package struct ConnectionLimits: Sendable {
    /// Bytes of all header fields of a request, and of a single one.
    package var maximumHeaderBytes: Int
    package var maximumHeaderCount: Int
    /// Without a byte from the client for so long, while a request is awaited or read, the connection is closed.
    package var idleTimeout: Duration
    /// A client that does not take ``FileTransferHandler/windowLengthBytes`` within this time is cut off.
    package var writeTimeout: Duration
    /// How long a refused request's body is read and thrown away, so that the client gets to see the answer.
    package var lingerTimeout: Duration
    /// What all bodies that are on their way to disk collect together before they are written, in bytes, as long as there are not
    /// so many that each would have too little.
    package var bodyBufferBytes: Int

    package init(
        maximumHeaderBytes: Int,
        maximumHeaderCount: Int,
        idleTimeout: Duration,
        writeTimeout: Duration,
        lingerTimeout: Duration,
        bodyBufferBytes: Int
    ) {
        self.maximumHeaderBytes = maximumHeaderBytes
        self.maximumHeaderCount = maximumHeaderCount
        self.idleTimeout = idleTimeout
        self.writeTimeout = writeTimeout
        self.lingerTimeout = lingerTimeout
        self.bodyBufferBytes = bodyBufferBytes
    }
}
