package import MediaCore
package import Postgres

// How the types of MediaCore are sent and read: each in PostgreSQL's own binary form, so that nothing is rounded or reparsed.

extension MediaID: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .uuid }

    package func encode() -> PostgresValue { PostgresValue(type: .uuid, bytes: self.bytes) }

    package static func decode(_ value: PostgresValue) throws -> MediaID {
        guard value.type == .uuid, let id = MediaID(bytes: try value.nonNull()) else {
            throw PostgresError(.decoding, "not a uuid")
        }
        return id
    }
}

extension Digest: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .bytea }

    package func encode() throws -> PostgresValue { PostgresValue(type: .bytea, bytes: self.bytes) }

    package static func decode(_ value: PostgresValue) throws -> Digest {
        guard value.type == .bytea, let digest = Digest(bytes: try value.nonNull()) else {
            throw PostgresError(.decoding, "not a SHA-256")
        }
        return digest
    }
}

extension UploadID: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { String.postgresType }

    package func encode() throws -> PostgresValue { try self.text.encode() }

    package static func decode(_ value: PostgresValue) throws -> UploadID {
        guard let id = UploadID(try String.decode(value)) else {
            throw PostgresError(.decoding, "not the id of an upload")
        }
        return id
    }
}
