/// A statement and its parameters, written as one string literal.
///
/// ```swift
/// "SELECT path FROM media.files WHERE id = \(id)"                 // one parameter, $1
/// "SELECT count(*) FROM \(identifier: table)"                     // a quoted name
/// "SELECT * FROM media.files WHERE \(fragment: condition)"        // another query, its parameters numbered on
/// ```
/// A value never becomes part of the SQL text, so it cannot change the statement.
package struct PostgresQuery: Sendable {
    /// The text around the parameters; always one more than there are parameters.
    private var segments: [String]
    /// The values of `$1`, `$2` and so on.
    package private(set) var parameters: [any PostgresEncodable]

    /// A statement from text alone, which the caller vouches for.
    package init(unsafeSQL sql: String) {
        segments = [sql]
        parameters = []
    }

    /// The text for the server, with `$1`, `$2` and so on in the places of the parameters.
    package var sql: String {
        var sql = segments[0]
        for (index, segment) in segments.dropFirst().enumerated() {
            sql += "$\(index + 1)"
            sql += segment
        }
        return sql
    }

    /// Adds text.
    mutating func append(text: String) {
        segments[segments.count - 1] += text
    }

    /// Adds one parameter.
    mutating func append(parameter: any PostgresEncodable) {
        parameters.append(parameter)
        segments.append("")
    }

    /// Adds another query, its parameters numbered on.
    mutating func append(_ other: PostgresQuery) {
        append(text: other.segments[0])
        segments += other.segments.dropFirst()
        parameters += other.parameters
    }
}

extension PostgresQuery: ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) {
        self.init(unsafeSQL: value)
    }

    package init(stringInterpolation: StringInterpolation) {
        self = stringInterpolation.query
    }

    /// Builds a query from the pieces of a literal.
    package struct StringInterpolation: StringInterpolationProtocol, Sendable {
        fileprivate var query = PostgresQuery(unsafeSQL: "")

        package init(literalCapacity: Int, interpolationCount: Int) {}

        /// A piece of the literal itself.
        package mutating func appendLiteral(_ literal: String) {
            query.append(text: literal)
        }

        /// `\(value)`: a parameter.
        package mutating func appendInterpolation(_ value: some PostgresEncodable) {
            query.append(parameter: value)
        }

        /// `\(nullable: value)`: a parameter that may be NULL. The label says so, and keeps the compiler from taking the
        /// optional for an oversight.
        package mutating func appendInterpolation(nullable value: (some PostgresEncodable)?) {
            query.append(parameter: value)
        }

        /// `\(value)`: a parameter that may be NULL.
        package mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
            // An overload of its own: the compiler warns about optionals that are taken for any other type.
            query.append(parameter: value)
        }

        /// `\(fragment:)`: another query.
        package mutating func appendInterpolation(fragment: PostgresQuery) {
            query.append(fragment)
        }

        /// `\(identifier:)`: a name, quoted.
        package mutating func appendInterpolation(identifier: String) {
            query.append(text: quotedIdentifier(identifier))
        }

        /// `\(unescaped:)`: text as it is, which the caller vouches for. Never give it anything that came from outside.
        package mutating func appendInterpolation(unescaped text: String) {
            query.append(text: text)
        }
    }
}

/// The name between double quotes: PostgreSQL, section 4.1.1 "Identifiers and Key Words".
func quotedIdentifier(_ name: String) -> String {
    var quoted = "\""
    for scalar in name.unicodeScalars {
        if scalar == "\"" { quoted.unicodeScalars.append(scalar) }
        quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
}
