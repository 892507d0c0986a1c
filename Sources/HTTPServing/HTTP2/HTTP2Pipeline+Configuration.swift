import NIOHTTP2

extension HTTP2Pipeline {
    /// What a client may ask of one connection. Beyond, NIO ends it with ENHANCE_YOUR_CALM or refuses the stream.
    var configuration: NIOHTTP2Handler.Configuration {
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: Self.maximumStreams),
            // Beyond it the connection ends; what is in between gets a response that says what is wrong.
            HTTP2Setting(parameter: .maxHeaderListSize, value: 2 * self.resources.limits.maximumHeaderBytes),
        ]
        // As many as the largest header block needs; CVE-2024-27316 sends them without end.
        connection.maximumSequentialContinuationFrames =
            4 + 2 * self.resources.limits.maximumHeaderBytes / Self.frameLengthBytes
        connection.maximumBufferedControlFrames = 1000
        // For so many streams data that was on its way is no error.
        connection.maximumRecentlyResetStreams = Self.maximumStreams
        connection.targetWindowSize = Self.connectionWindowBytes
        // PING, SETTINGS, PRIORITY (CVE-2019-9512, -9515). Browsers of old send a PRIORITY with each request.
        connection.controlFrameRateLimit.maximumCount = 2000
        var stream = NIOHTTP2Handler.StreamConfiguration()
        stream.targetWindowSize = Self.streamWindowBytes
        // CVE-2023-44487 resets thousands a second; a browser that scrolls fast through thumbnails some dozens.
        stream.streamResetFrameRateLimit.maximumCount = 1000
        return NIOHTTP2Handler.Configuration(connection: connection, stream: stream)
    }

    static let maximumStreams = 100
    private static let frameLengthBytes = 16 << 10
    /// What a client may send of one body before it is written to disk. It is the memory that a body takes at most beyond
    /// ``ReceptionBudget``, and divided by the round trip it is the fastest an upload can be: 256 KiB in 50 ms are 5 MB/s.
    private static let streamWindowBytes = 256 << 10
    /// Of all bodies together, until this process has seen them. It does not hold back what waits for the disk; the streams' does.
    private static let connectionWindowBytes = 1 << 20
}
