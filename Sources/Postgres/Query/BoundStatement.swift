import CLibpq

/// A query with its parameters in the shape that libpq wants: one block of bytes, and per parameter where it lies.
struct BoundStatement: Sendable {
    private struct Slot {
        let offset: Int?
        let byteCount: Int32
        let format: Int32
    }

    /// The text with `$1`, `$2` and so on.
    let sql: String
    /// The declared type of each parameter; 0 leaves it to the server.
    let types: [Oid]
    private let slots: [Slot]
    private let block: [CChar]

    /// - Throws: `.encoding` when a parameter, or the text itself, cannot be sent.
    init(_ query: PostgresQuery) throws {
        sql = try checkedSQL(query.sql)
        // The protocol counts parameters in 16 bits: PostgreSQL, section 55.7 "Message Formats", Bind.
        guard query.parameters.count <= 65_535 else {
            throw PostgresError(.encoding, "a statement takes at most 65535 parameters; pass an array instead")
        }
        var types: [Oid] = []
        var slots: [Slot] = []
        var block: [CChar] = []
        types.reserveCapacity(query.parameters.count)
        slots.reserveCapacity(query.parameters.count)
        for parameter in query.parameters {
            types.append(Swift.type(of: parameter).postgresType.rawValue)
            let value = try parameter.encode()
            guard let bytes = value.bytes else {
                slots.append(Slot(offset: nil, byteCount: 0, format: value.format.rawValue))
                continue
            }
            // The server takes at most 1 GB per value.
            guard let byteCount = Int32(exactly: bytes.count) else {
                throw PostgresError(.encoding, "a parameter is longer than 2 GiB")
            }
            slots.append(Slot(offset: block.count, byteCount: byteCount, format: value.format.rawValue))
            bytes.withUnsafeBytes { block.append(contentsOf: $0.bindMemory(to: CChar.self)) }
            // libpq reads a text parameter up to its NUL and ignores the length; the extra byte also keeps the address
            // of an empty value from being null, which would mean NULL.
            block.append(0)
        }
        self.types = types
        self.slots = slots
        self.block = block
    }

    /// Lends the arrays that `PQsendQueryPrepared` takes: values, lengths, formats.
    func withPointers<Result>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Result
    ) -> Result {
        let lengths = slots.map(\.byteCount)
        let formats = slots.map(\.format)
        return block.withUnsafeBufferPointer { block in
            let values = slots.map { slot in
                slot.offset.flatMap { offset in block.baseAddress.map { $0 + offset } }
            }
            return values.withUnsafeBufferPointer { values in
                lengths.withUnsafeBufferPointer { lengths in
                    formats.withUnsafeBufferPointer { formats in
                        body(values.baseAddress, lengths.baseAddress, formats.baseAddress)
                    }
                }
            }
        }
    }
}

/// The text itself, if libpq can take it whole; a NUL character would end it early.
func checkedSQL(_ sql: String) throws -> String {
    guard !sql.utf8.contains(0) else {
        throw PostgresError(.encoding, "the text of a statement holds a NUL character")
    }
    return sql
}
