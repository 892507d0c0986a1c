extension Configurations {
    /// Room for documents of some size, and nearly everything about resumable uploads as it is by default.
    static let uploads = uploads("")

    /// Documents up to 16 MiB, with these lines below `uploads:`, each without indentation.
    static func uploads(_ settings: String, http: String = "") -> String {
        // Small writes show soon on the disk that a request is being received; smaller than DaemonProcess.writeLength, because how large
        // they are changes with the number of requests, and what was collected for a small one may wait for a large one.
        let uploads = lines("bufferSize: 64KiB\n" + settings)
        return """
            log:
              format: json
              level: info
            http:
              eventLoops: 2
              headerTimeout: 5m
              idleTimeout: 5m
            \(lines(http).map { "  \($0)" }.joined(separator: "\n"))
            workers:
              count: 2
            database:
              connections: 4
              connectTimeout: 2s
              acquireTimeout: 2s
            uploads:
            \(uploads.map { "  \($0)" }.joined(separator: "\n"))
            collections:
              names: [posters, videos, documents]
              posters:
                maximumSize: 4MiB
              videos:
                maximumSize: 64MiB
              documents:
                maximumSize: 16MiB
                types: [application/pdf, text/plain]

            """
    }

    private static func lines(_ text: String) -> [Substring] { text.split(separator: "\n") }
}
