import Foundation
import Logging
import Primitives

/// A value of a log line's metadata as JSON has it. What was logged as a number (`.stringConvertible(7)`) is one, so that programs can
/// compare and add; a text that happens to have digits only stays a text.
enum JSONLogValue: Encodable {
    case text(String)
    case integer(Int64)
    case number(Double)
    case bool(Bool)
    case list([JSONLogValue])
    case group([String: JSONLogValue])

    init(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let text): self = .text(text)
        case .array(let values): self = .list(values.map(JSONLogValue.init))
        case .dictionary(let values): self = .group(values.mapValues(JSONLogValue.init))
        case .stringConvertible(let value): self = Self(convertible: value)
        }
    }

    private init(convertible value: any CustomStringConvertible) {
        switch value {
        case let value as Bool: self = .bool(value)
        case let value as any BinaryInteger: self = Int64(exactly: value).map { .integer($0) } ?? .text("\(value)")
        case let value as Double: self = value.isFinite ? .number(value) : .text("\(value)")
        case let value as Float: self = value.isFinite ? .number(Double(value)) : .text("\(value)")
        // In bytes, whatever people are shown.
        case let value as ByteCount: self = .integer(value.bytes)
        case let value as Duration: self = .number(value / .seconds(1))
        default: self = .text("\(value)")
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .integer(let number): try container.encode(number)
        case .number(let number): try container.encode(number)
        case .bool(let value): try container.encode(value)
        case .list(let values): try container.encode(values)
        case .group(let values): try container.encode(values)
        }
    }
}
