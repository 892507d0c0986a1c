import MediaTesting

/// Heads that something happened to.
enum DamagedHead {
    private static let pieces: [String] = [
        "\r", "\n", "\r\n", "\r\n\r\n", " ", "\t", ":", "\0", "\u{7F}", "#", "*", "/", "HTTP/1.0", "HTTP/1.1",
        "HTTP/2.0",
        "GET ", "HEAD ", "POST ", "OPTIONS ", "CONNECT ", "PRI ", "Host: h\r\n", "host:\r\n", "Content-Length: 0\r\n",
        "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Connection: close\r\n",
        "Connection: keep-alive\r\n",
        "Connection: upgrade\r\n", "Upgrade: h2c\r\n", "Expect: 100-continue\r\n", "Accept: a/b\r\n", "Origin: x\r\n",
        "Authorization: x\r\n", "Range: bytes=0-\r\n", "If-Match: *\r\n", "If-None-Match: \"a\"\r\n",
        "If-Range: \"a\"\r\n",
        "Want-Repr-Digest: sha-256=3\r\n", "Sec-X: y\r\n", "X-Forwarded-X: y\r\n", "Unknown: y\r\n", "-", "_", "k", "K",
        "Proxy-Connection: close\r\n", "Trailer: x\r\n", "Keep-Alive: x\r\n", " folded\r\n", "chunked", "close", ",",
    ]

    /// One of `heads` after up to four insertions, removals or changes.
    static func random(of heads: [String], using numbers: inout SeededNumbers) -> [UInt8] {
        var bytes = Array((heads.randomElement(using: &numbers) ?? "").utf8)
        for _ in 0..<Int.random(in: 0...4, using: &numbers) {
            let place = Int.random(in: 0...bytes.count, using: &numbers)
            switch Int.random(in: 0..<8, using: &numbers) {
            case 0 where place < bytes.count: bytes[place] = .random(in: .min ... .max, using: &numbers)
            case 1 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...4, using: &numbers)))
            case 3: bytes.insert(.random(in: 0...0x7F, using: &numbers), at: place)
            case 4, 5: bytes.insert(contentsOf: Array((pieces.randomElement(using: &numbers) ?? "").utf8), at: place)
            case 6: insertLine(&bytes, using: &numbers)
            default: break
            }
        }
        return bytes
    }

    /// A whole line where one begins, so that what comes of it often is a head again.
    private static func insertLine(_ bytes: inout [UInt8], using numbers: inout SeededNumbers) {
        let starts = bytes.indices.filter { $0 > 0 && bytes[$0 - 1] == 0x0A }
        guard let start = starts.randomElement(using: &numbers) else { return }
        let lines = pieces.filter { $0.hasSuffix("\r\n") && $0 != "\r\n\r\n" }
        bytes.insert(contentsOf: Array((lines.randomElement(using: &numbers) ?? "").utf8), at: start)
    }
}
