import FoundationEssentials
package import Primitives

/// Reads the members of a body one by one, and remembers all that are wrong, so that the person is told at once.
///
///     var reader = FieldReader(body)
///     let title = try reader.text("title", 1...200, isRequired: true)
///     let year = try reader.integer("year", 1870...2200, else: .year)
///     try reader.finish()
///
/// A member of a wrong JSON type ends the reading at once, with `invalid_request`: that is a mistake of the program, not of the person.
package struct FieldReader {
    private let members: [String: JSONValue]
    private var problems: [FieldProblem] = []

    package init(_ body: RequestBody) { self.members = body.members }

    /// Whether the member is there, be it null.
    package func has(_ name: String) -> Bool { self.members[name] != nil }

    /// A problem that the caller found itself.
    package mutating func note(_ problem: FieldProblem) { self.problems.append(problem) }

    /// - Throws: `validation_failed` with all that was wrong.
    package func finish() throws(FilmsError) {
        guard !self.problems.isEmpty else { return }
        let names = Set(self.problems.map(\.field)).sorted().joined(separator: ", ")
        throw FilmsError(.validationFailed, .notAllRight, ["fields": names], fields: self.problems)
    }

    /// A text that is shown as one line, trimmed and in NFC; control characters are refused.
    ///
    /// - Parameters:
    ///   - lengths: in characters.
    ///   - allowsLines: whether line feeds and tabs may stand in it.
    /// - Returns: nil when it is absent, null, or wrong.
    package mutating func text(
        _ name: String,
        _ lengths: ClosedRange<Int>,
        isRequired: Bool = false,
        allowsLines: Bool = false
    ) throws(FilmsError) -> String? {
        guard let value = self.present(name, isRequired: isRequired) else { return nil }
        guard case .text(let raw) = value else { throw Self.wrongType(name, .mustBeText) }
        switch TextRules.clean(raw, lengths, allowsLines: allowsLines) {
        case .success(let text): return text
        case .failure(let flaw):
            self.note(FieldProblem(name, flaw))
            return nil
        }
    }

    /// Texts, each once.
    package mutating func texts(
        _ name: String,
        _ lengths: ClosedRange<Int>,
        atMost count: Int
    ) throws(FilmsError) -> [String]? {
        guard let value = self.present(name, isRequired: false) else { return nil }
        guard case .array(let values) = value else { throw Self.wrongType(name, .mustBeTexts) }
        guard values.count <= count else {
            self.note(FieldProblem(name, .tooMany, .atMost, limit: count))
            return nil
        }
        var texts: [String] = []
        for value in values {
            guard case .text(let raw) = value else { throw Self.wrongType(name, .mustBeTexts) }
            switch TextRules.clean(raw, lengths, allowsLines: false) {
            case .success(let text): if !texts.contains(text) { texts.append(text) }
            case .failure(let flaw):
                self.note(FieldProblem(name, flaw))
                return nil
            }
        }
        return texts
    }

    package mutating func bool(_ name: String, isRequired: Bool = false) throws(FilmsError) -> Bool? {
        guard let value = self.present(name, isRequired: isRequired) else { return nil }
        guard case .bool(let bool) = value else { throw Self.wrongType(name, .mustBeBoolean) }
        return bool
    }

    /// - Parameter code: of the problem when it is out of the range, or no whole number.
    package mutating func integer(
        _ name: String,
        _ range: ClosedRange<Int>,
        else code: FieldProblem.Code = .invalid,
        isRequired: Bool = false
    ) throws(FilmsError) -> Int? {
        guard let number = try self.number(name, isRequired: isRequired) else { return nil }
        guard let integer = Int(exactly: number), range.contains(integer) else {
            self.note(
                FieldProblem(name, code, .wholeNumber, ["least": "\(range.lowerBound)", "most": "\(range.upperBound)"])
            )
            return nil
        }
        return integer
    }

    package mutating func decimal(
        _ name: String,
        _ range: ClosedRange<Double>,
        else code: FieldProblem.Code = .invalid,
        isRequired: Bool = false
    ) throws(FilmsError) -> Double? {
        guard let number = try self.number(name, isRequired: isRequired) else { return nil }
        guard range.contains(number) else {
            self.note(
                FieldProblem(
                    name,
                    code,
                    .number,
                    ["least": Self.plain(range.lowerBound), "most": Self.plain(range.upperBound)]
                )
            )
            return nil
        }
        return number
    }

    /// A rating: 0.0 to 10.0 with at most one decimal place.
    package mutating func rating(_ name: String) throws(FilmsError) -> Double? {
        guard let number = try self.number(name, isRequired: false) else { return nil }
        guard (0...10).contains(number), (number * 10).rounded() / 10 == number else {
            self.note(FieldProblem(name, .rating, .rating))
            return nil
        }
        return number
    }

    /// One of a few words.
    package mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String,
        of type: Choice.Type,
        isRequired: Bool = false
    ) throws(FilmsError) -> Choice? where Choice.RawValue == String {
        guard let value = self.present(name, isRequired: isRequired) else { return nil }
        guard case .text(let text) = value else { throw Self.wrongType(name, .mustBeText) }
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            self.note(FieldProblem(name, .invalid, .oneOf, ["choices": words]))
            return nil
        }
        return choice
    }

    /// The id of something that exists already.
    package mutating func id(_ name: String, isRequired: Bool = false) throws(FilmsError) -> RecordID? {
        guard let value = self.present(name, isRequired: isRequired) else { return nil }
        guard case .text(let text) = value else { throw Self.wrongType(name, .mustBeText) }
        guard let id = RecordID(text) else {
            self.note(FieldProblem(name, .id, .uuid))
            return nil
        }
        return id
    }

    /// The id of what the request creates: a UUID of version 7 whose time is not more than a day ahead.
    package mutating func newID(_ name: String = "id", now: Timestamp) throws(FilmsError) -> RecordID? {
        guard let id = try self.id(name, isRequired: true) else { return nil }
        let latest = now.microseconds / 1000 + 86_400_000
        guard let milliseconds = id.milliseconds, milliseconds <= latest else {
            self.note(FieldProblem(name, .id, .newUUID))
            return nil
        }
        return id
    }

    private mutating func number(_ name: String, isRequired: Bool) throws(FilmsError) -> Double? {
        guard let value = self.present(name, isRequired: isRequired) else { return nil }
        guard case .number(let number) = value else { throw Self.wrongType(name, .mustBeNumber) }
        return number
    }

    /// - Returns: nil for a member that is absent or null, which is a problem where it is required.
    private mutating func present(_ name: String, isRequired: Bool) -> JSONValue? {
        let value = self.members[name] ?? .null
        guard value == .null else { return value }
        if isRequired { self.note(FieldProblem(name, .required, .missing)) }
        return nil
    }

    /// A bound as people write it: without decimals where it has none.
    static func plain(_ bound: Double) -> String { Int(exactly: bound).map { "\($0)" } ?? "\(bound)" }

    /// A member of another JSON type than it has to be: a mistake of the program.
    static func wrongType(_ name: String, _ key: ProblemText.Key) -> FilmsError {
        FilmsError(.invalidRequest, key, ["name": name], fields: [FieldProblem(name, .invalid, key, ["name": name])])
    }
}
