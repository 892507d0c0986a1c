/// The object identifier of a data type.
///
/// The numbers are those of PostgreSQL's `src/include/catalog/pg_type.dat`; they never change between versions.
package struct PostgresType: RawRepresentable, Hashable, Sendable {
    /// The OID.
    package var rawValue: UInt32

    /// The type with this OID.
    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Left to the server, which takes the type from the place where the parameter stands.
    package static let unspecified = PostgresType(rawValue: 0)
    /// `boolean`
    package static let bool = PostgresType(rawValue: 16)
    /// `bytea`
    package static let bytea = PostgresType(rawValue: 17)
    /// `name`
    package static let name = PostgresType(rawValue: 19)
    /// `bigint`
    package static let int8 = PostgresType(rawValue: 20)
    /// `smallint`
    package static let int2 = PostgresType(rawValue: 21)
    /// `integer`
    package static let int4 = PostgresType(rawValue: 23)
    /// `text`
    package static let text = PostgresType(rawValue: 25)
    /// `oid`
    package static let oid = PostgresType(rawValue: 26)
    /// `json`
    package static let json = PostgresType(rawValue: 114)
    /// `xml`
    package static let xml = PostgresType(rawValue: 142)
    /// `real`
    package static let float4 = PostgresType(rawValue: 700)
    /// `double precision`
    package static let float8 = PostgresType(rawValue: 701)
    /// The type of an untyped literal.
    package static let unknown = PostgresType(rawValue: 705)
    /// `"char"`, one byte
    package static let char = PostgresType(rawValue: 18)
    /// `character(n)`
    package static let bpchar = PostgresType(rawValue: 1042)
    /// `character varying`
    package static let varchar = PostgresType(rawValue: 1043)
    /// `date`
    package static let date = PostgresType(rawValue: 1082)
    /// `timestamp without time zone`
    package static let timestamp = PostgresType(rawValue: 1114)
    /// `timestamp with time zone`
    package static let timestamptz = PostgresType(rawValue: 1184)
    /// `numeric`
    package static let numeric = PostgresType(rawValue: 1700)
    /// `uuid`
    package static let uuid = PostgresType(rawValue: 2950)
    /// `jsonb`
    package static let jsonb = PostgresType(rawValue: 3802)
    /// `bigint[]`
    package static let int8Array = PostgresType(rawValue: 1016)
    /// `text[]`
    package static let textArray = PostgresType(rawValue: 1009)
    /// `uuid[]`
    package static let uuidArray = PostgresType(rawValue: 2951)

    /// OIDs from here on belong to types that users and extensions made.
    private static let firstUserDefined: UInt32 = 16_384

    /// Whether the binary format of this type is simply its text in UTF-8.
    ///
    /// True for the character types, and assumed of user-defined types, which in practice are enums and `citext`; their
    /// bytes still have to be valid UTF-8 to be decoded.
    var isTextual: Bool {
        switch self {
        case .text, .varchar, .bpchar, .name, .char, .json, .xml, .unknown: true
        default: rawValue >= Self.firstUserDefined
        }
    }
}

extension PostgresType: CustomStringConvertible {
    package var description: String { "type with OID \(rawValue)" }
}
