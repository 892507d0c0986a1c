import FoundationEssentials
package import Hummingbird

/// Reads the parameters of a query. One that the route does not declare, or that is there twice, is refused before any handler.
package struct QueryReader {
    private let parameters: [Substring: Substring]

    package init(_ request: Request) {
        self.parameters = Dictionary(request.uri.queryParameters.map { ($0.key, $0.value) }) { first, _ in first }
    }

    /// A text as it was sent; nil when absent.
    package func text(_ name: String, atMost length: Int) throws(FilmsError) -> String? {
        guard let value = self.parameters[Substring(name)] else { return nil }
        guard value.count <= length else {
            throw FilmsError(.invalidRequest, .parameterTooLong, ["name": name, "limit": "\(length)"])
        }
        return String(value)
    }

    package func integer(_ name: String, _ range: ClosedRange<Int>) throws(FilmsError) -> Int? {
        guard let value = self.parameters[Substring(name)] else { return nil }
        guard let integer = PlainDecimal.integer(value), range.contains(integer) else {
            throw FilmsError(
                .invalidRequest,
                .parameterWholeNumber,
                ["name": name, "least": "\(range.lowerBound)", "most": "\(range.upperBound)"]
            )
        }
        return integer
    }

    package func number(_ name: String, _ range: ClosedRange<Double>) throws(FilmsError) -> Double? {
        guard let value = self.parameters[Substring(name)] else { return nil }
        guard let number = PlainDecimal.number(value), range.contains(number) else {
            throw FilmsError(
                .invalidRequest,
                .parameterNumber,
                [
                    "name": name, "least": FieldReader.plain(range.lowerBound),
                    "most": FieldReader.plain(range.upperBound),
                ]
            )
        }
        return number
    }

    package func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String,
        of type: Choice.Type
    ) throws(FilmsError) -> Choice? where Choice.RawValue == String {
        guard let value = self.parameters[Substring(name)] else { return nil }
        guard let choice = Choice(rawValue: String(value)) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw FilmsError(.invalidRequest, .parameterChoice, ["name": name, "choices": words])
        }
        return choice
    }

    package func id(_ name: String) throws(FilmsError) -> RecordID? {
        guard let value = self.parameters[Substring(name)] else { return nil }
        guard let id = RecordID(value) else { throw FilmsError(.invalidRequest, .parameterUUID, ["name": name]) }
        return id
    }
}
