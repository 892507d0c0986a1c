/// The binary form of a one-dimensional array.
///
/// Dimension count, a flag for NULLs, the element's OID; per dimension its length and lower bound; then each element with
/// its length before it, -1 for NULL: PostgreSQL, `src/backend/utils/adt/arrayfuncs.c`, `array_send`.
struct PostgresArray {
    /// The data type of the elements.
    let elementType: PostgresType
    /// The elements; nil is NULL.
    let cells: [[UInt8]?]

    init(elementType: PostgresType, cells: [[UInt8]?]) {
        self.elementType = elementType
        self.cells = cells
    }

    /// The array as it travels; an empty one has no dimension.
    var bytes: [UInt8] {
        var bytes = Int32(cells.isEmpty ? 0 : 1).networkBytes
        bytes += Int32(cells.contains(nil) ? 1 : 0).networkBytes
        bytes += elementType.rawValue.networkBytes
        guard !cells.isEmpty else { return bytes }
        bytes += Int32(cells.count).networkBytes
        bytes += Int32(1).networkBytes
        for cell in cells {
            bytes += Int32(cell?.count ?? -1).networkBytes
            bytes += cell ?? []
        }
        return bytes
    }

    /// Nil when the bytes are not an array of at most one dimension.
    init?(bytes: [UInt8]) {
        var rest = bytes[...]
        func take(_ count: Int) -> ArraySlice<UInt8>? {
            guard count >= 0, rest.count >= count else { return nil }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }
        func takeInteger() -> Int32? { take(4).flatMap { Int32(networkBytes: $0) } }

        guard let dimensions = takeInteger(), takeInteger() != nil, let element = takeInteger() else { return nil }
        elementType = PostgresType(rawValue: UInt32(bitPattern: element))
        var cells: [[UInt8]?] = []
        switch dimensions {
        case 0: break
        case 1:
            guard let count = takeInteger(), count >= 0, takeInteger() != nil else { return nil }
            for _ in 0..<count {
                guard let length = takeInteger() else { return nil }
                if length == -1 {
                    cells.append(nil)
                } else {
                    guard let cell = take(Int(length)) else { return nil }
                    cells.append(Array(cell))
                }
            }
        default: return nil
        }
        guard rest.isEmpty else { return nil }
        self.cells = cells
    }

    /// Reads every element with its own decoder.
    static func decode<Element: PostgresDecodable>(_ value: PostgresValue) throws -> [Element] {
        guard let array = PostgresArray(bytes: try value.nonNull()) else { throw value.mismatch([Element].self) }
        return try array.cells.map { try Element.decode(PostgresValue(type: array.elementType, bytes: $0)) }
    }
}
