extension HTTPProbe {
    /// Reads the head of the next final answer; the content stays unread. Interim answers (1xx) are passed over.
    package func receiveHead() async throws -> ProbeResponse {
        while true {
            let answer = try ProbeResponse(head: try await take(through: "\r\n\r\n"))
            if answer.status >= 200 || answer.status == 101 { return answer }
        }
    }

    /// Reads the next answer, framed as RFC 9112 section 6.3 says.
    ///
    /// - Parameter method: what was asked: the answer to a HEAD has no content.
    package func receive(to method: String = "GET") async throws -> ProbeResponse {
        var answer = try await receiveHead()
        guard method != "HEAD", answer.status != 304, answer.status != 204 else { return answer }
        if let coding = answer["Transfer-Encoding"] {
            guard coding.lowercased() == "chunked", answer["Content-Length"] == nil else {
                throw HTTPProbeError.malformed("Transfer-Encoding: \(coding)")
            }
            answer.body = try await takeChunks()
        } else if let text = answer["Content-Length"] {
            guard let length = Int(text), length >= 0 else { throw HTTPProbeError.malformed("Content-Length: \(text)") }
            answer.body = try await take(exactly: length)
        } else {
            while case let more = try await take(atMost: 1 << 20), !more.isEmpty { answer.body += more }
        }
        return answer
    }

    /// Reads until the server closes; false when it sends something first.
    package func isClosedByServer() async throws -> Bool {
        do {
            return try await take(atMost: 1).isEmpty
        } catch HTTPProbeError.closed {
            return true
        }
    }

    private func takeChunks() async throws -> [UInt8] {
        var content: [UInt8] = []
        while true {
            let line = String(decoding: try await take(through: "\r\n", atMost: 1024), as: UTF8.self)
            let size = line.prefix { $0 != ";" }
            guard let length = Int(size, radix: 16), length >= 0 else {
                throw HTTPProbeError.malformed("chunk: \(line)")
            }
            if length == 0 {
                while try await !take(through: "\r\n").isEmpty {}
                return content
            }
            content += try await take(exactly: length)
            guard try await take(exactly: 2) == [13, 10] else {
                throw HTTPProbeError.malformed("chunk without its end")
            }
        }
    }
}
