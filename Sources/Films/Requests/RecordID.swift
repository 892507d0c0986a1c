package import FoundationEssentials
package import Postgres
package import Primitives

/// The identity of a record: a UUID, written in lower case. Whoever creates something makes one of version 7 (RFC 9562 section 5.7).
package struct RecordID: Hashable, Sendable, Codable, CustomStringConvertible {
    package let uuid: UUID

    package init(uuid: UUID) { self.uuid = uuid }

    /// Reads the 36-character form of any version, either case; nil otherwise.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 36, let uuid = UUID(uuidString: String(text)) else { return nil }
        self.uuid = uuid
    }

    /// Makes one of version 7, for what the service itself creates.
    package init(now: Timestamp) {
        var bytes = UUID().uuid
        let milliseconds = UInt64(clamping: now.microseconds / 1000)
        withUnsafeMutableBytes(of: &bytes) { bytes in
            for index in 0..<6 { bytes[index] = UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * UInt64(index))) }
            bytes[6] = bytes[6] & 0x0F | 0x70
        }
        self.uuid = UUID(uuid: bytes)
    }

    /// The milliseconds since 1970 that a version 7 names; nil of any other version.
    package var milliseconds: Int64? {
        withUnsafeBytes(of: self.uuid.uuid) { bytes in
            guard bytes[6] >> 4 == 7, bytes[8] >> 6 == 2 else { return nil }
            return bytes[0..<6].reduce(Int64(0)) { $0 << 8 | Int64($1) }
        }
    }

    /// The 36-character lower-case form.
    package var description: String { self.uuid.uuidString.lowercased() }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = RecordID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a UUID")
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}

extension RecordID: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .uuid }

    package func encode() -> PostgresValue { self.uuid.encode() }

    package static func decode(_ value: PostgresValue) throws -> RecordID {
        RecordID(uuid: try UUID.decode(value))
    }
}
