extension MediaError {
    /// A further member of an error: what a program may want to know beyond the code.
    ///
    ///     MediaError(.typeNotAllowed, "...", details: ["found": ["image/gif"], "maximumBytes": 1024])
    package enum Detail: Hashable, Sendable {
        /// Texts, such as the media types that are allowed.
        case texts([String])
        /// One text, such as a cursor.
        case text(String)
        /// A number, such as an offset.
        case number(Int64)
        /// Rows of named texts and numbers, such as what refers to a file. A value that is not known is nil.
        case rows([[String: Value?]])

        /// One value of a row.
        package enum Value: Hashable, Sendable {
            case text(String)
            case number(Int64)
        }

        /// The texts; a number as the one text that it is to people, a row as its values.
        package var texts: [String] {
            switch self {
            case .texts(let texts): texts
            case .text(let text): [text]
            case .number(let number): ["\(number)"]
            case .rows(let rows): rows.map { Self.line(of: $0) }
            }
        }

        private static func line(of row: [String: Value?]) -> String {
            row.sorted { $0.key < $1.key }.map { name, value in
                switch value {
                case .text(let text): "\(name): \(text)"
                case .number(let number): "\(name): \(number)"
                case nil: "\(name): unknown"
                }
            }.joined(separator: ", ")
        }

        /// The number; nil for texts.
        package var number: Int64? {
            guard case .number(let number) = self else { return nil }
            return number
        }
    }

    /// Names of details that are read again, and not only shown.
    package enum DetailName {
        /// Bytes that an upload has: where it goes on.
        package static let expectedOffset = "expected-offset"
        /// Where the request would have gone on.
        package static let providedOffset = "provided-offset"
        /// Foreign keys that refer to a file: rows of `table`, `column` and `count`.
        package static let references = "references"
        /// Links to a file: rows of `entity`, `entityId` and `role`.
        package static let links = "links"
    }

    /// Where an upload is, of an `offset_mismatch`.
    package var expectedOffset: Int64? { self.details[DetailName.expectedOffset]?.number }
}

extension MediaError.Detail: ExpressibleByArrayLiteral, ExpressibleByIntegerLiteral {
    /// Texts.
    package init(arrayLiteral elements: String...) { self = .texts(elements) }
    /// A number.
    package init(integerLiteral value: Int64) { self = .number(value) }
}

extension MediaError.Detail: Codable {
    /// As it is kept: a number, or one text, is a list with one text, which the column `problem` of an upload has always had.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.texts)
    }

    /// Texts as they were kept; what was a number comes back as its text.
    package init(from decoder: any Decoder) throws {
        self = .texts(try decoder.singleValueContainer().decode([String].self))
    }
}
