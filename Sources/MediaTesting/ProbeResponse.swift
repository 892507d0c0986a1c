/// One response as it came over the wire.
package struct ProbeResponse: Sendable {
    /// `HTTP/1.1` or `HTTP/1.0`; `HTTP/2` when a program that speaks it wrote the answer down.
    package var version: String
    /// The three-digit status.
    package var status: Int
    /// Field names as they were sent, and values without surrounding white space, in the order of the wire.
    package var fields: [(name: String, value: String)]
    /// The content, with the transfer coding taken off.
    package var body: [UInt8] = []

    /// The value of a field, names compared without regard to case; nil when it is missing, joined when it is there twice.
    package subscript(_ name: String) -> String? {
        let values = all(name)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    /// The values of all fields of this name.
    package func all(_ name: String) -> [String] {
        fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    /// The content as text.
    package var text: String { String(decoding: body, as: UTF8.self) }

    /// Status line and fields from the bytes before the empty line.
    /// - Throws: ``HTTPProbeError`` `malformed` for anything that RFC 9112 sections 4 and 5 do not allow.
    package init(head: [UInt8]) throws {
        var lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)[
            ...
        ]
        let statusLine = (lines.popFirst() ?? "").split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard statusLine.count >= 2, ["HTTP/1.1", "HTTP/1.0", "HTTP/2"].contains(statusLine[0]),
            statusLine[1].utf8.count == 3, let status = Int(statusLine[1])
        else { throw HTTPProbeError.malformed("status line: \(statusLine.joined(separator: " "))") }
        version = String(statusLine[0])
        self.status = status
        fields = try lines.filter { !$0.isEmpty }.map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[0].contains(" ") else {
                throw HTTPProbeError.malformed("field line: \(line)")
            }
            return (String(parts[0]), String(parts[1].drop { $0 == " " }))
        }
    }
}

/// A server did not answer as HTTP/1.1 says.
package enum HTTPProbeError: Error, Equatable {
    /// connect(2) failed.
    case noConnection(String)
    /// The server closed the connection, or the other side of it broke, before the answer was whole.
    case closed(String)
    /// Nothing came within the probe's patience.
    case timeout(String)
    /// What came is not HTTP/1.1.
    case malformed(String)
}
