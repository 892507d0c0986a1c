/// What an event loop sent from memory, since it began.
struct Traffic: Sendable {
    /// Responses with 200, 206 and 304.
    var whole = 0
    var partial = 0
    var notModified = 0
    /// Bytes of files.
    var bytes: Int64 = 0

    mutating func add(_ other: Traffic) {
        self.whole += other.whole
        self.partial += other.partial
        self.notModified += other.notModified
        self.bytes += other.bytes
    }

    mutating func count(_ status: Int) {
        switch status {
        case 200: self.whole += 1
        case 206: self.partial += 1
        default: self.notModified += 1
        }
    }
}
