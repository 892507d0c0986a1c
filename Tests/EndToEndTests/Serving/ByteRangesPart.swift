import MediaTesting
import Testing

/// One part of a `multipart/byteranges` answer (RFC 9110 section 14.6).
struct ByteRangesPart: Sendable {
    /// Names of its fields in lower case, in the order of the wire.
    let names: [String]
    let type: String
    /// The value of its Content-Range.
    let range: String
    let bytes: [UInt8]

    /// The parts of an answer, which must be delimiters, heads and bytes and nothing between or behind them.
    static func list(
        _ answer: ProbeResponse,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [ByteRangesPart] {
        try #require(answer.status == 206, sourceLocation: sourceLocation)
        let type = try #require(answer["Content-Type"], sourceLocation: sourceLocation)
        let prefix = "multipart/byteranges; boundary="
        try #require(type.hasPrefix(prefix), "\(type)", sourceLocation: sourceLocation)
        var rest = answer.body[...]
        var delimiter = "--\(type.dropFirst(prefix.count))"
        var parts: [ByteRangesPart] = []
        while !rest.starts(with: "\(delimiter)--\r\n".utf8) {
            try #require(rest.starts(with: "\(delimiter)\r\n".utf8), "no delimiter", sourceLocation: sourceLocation)
            rest = rest.dropFirst(delimiter.utf8.count + 2)
            if parts.isEmpty { delimiter = "\r\n\(delimiter)" }
            parts.append(try take(from: &rest, sourceLocation))
        }
        #expect(rest.count == delimiter.utf8.count + 4, "something stands behind", sourceLocation: sourceLocation)
        return parts
    }

    private static func take(from rest: inout ArraySlice<UInt8>, _ location: SourceLocation) throws -> ByteRangesPart {
        let end = try #require(rest.firstRange(of: Array("\r\n\r\n".utf8)), sourceLocation: location)
        let lines = String(decoding: rest[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let fields = lines.map { line in
            let name = line.prefix { $0 != ":" }
            return (name.lowercased(), line.dropFirst(name.count + 2))
        }
        let range = try #require(fields.first { $0.0 == "content-range" }?.1, sourceLocation: location)
        let numbers = range.split { !$0.isWholeNumber }.compactMap { Int($0) }
        try #require(numbers.count == 3 && numbers[0] <= numbers[1], "\(range)", sourceLocation: location)
        let length = numbers[1] - numbers[0] + 1
        let bytes = rest[end.upperBound...].prefix(length)
        try #require(bytes.count == length, "a part is cut off", sourceLocation: location)
        rest = rest[bytes.endIndex...]
        return ByteRangesPart(
            names: fields.map(\.0),
            type: String(fields.first { $0.0 == "content-type" }?.1 ?? ""),
            range: String(range),
            bytes: Array(bytes)
        )
    }
}
