package import MediaCore

/// What every ``Catalog`` and ``UploadCatalog`` must do, as checks that run on an empty one each.
///
/// One test per implementation runs all of ``checks``; a check that finds something else than it expects throws ``Failure``.
package enum CatalogConformance {
    /// One rule and how it is checked.
    package struct Check: Sendable, CustomStringConvertible {
        /// The rule in a few words: the title of the test case.
        package var description: String
        /// - Parameter catalog: empty, and this check's alone.
        package var run: @Sendable (_ catalog: any Subject) async throws -> Void
    }

    /// All ports that one database gives.
    package typealias Subject = Catalog & UploadCatalog & LinkCatalog & TrashCatalog

    /// A rule that does not hold, with the place in the suite.
    package struct Failure: Error, CustomStringConvertible {
        /// What was expected, and the file and line of the expectation.
        package var description: String
    }

    /// All rules.
    package static var checks: [Check] {
        self.publishing + self.removing + self.intents + self.adopting + self.listing + self.moving + self.values
            + self.facts
            + self.uploads + self.linking + self.trashing + self.grants + self.owners
    }

    static func expect(
        _ condition: Bool,
        _ what: String,
        file: StaticString = #fileID,
        line: UInt = #line
    ) throws(Failure) {
        guard condition else { throw Failure(description: "\(what) (\(file):\(line))") }
    }

    static func expectEqual<Value: Equatable>(
        _ found: Value,
        _ expected: Value,
        _ what: String = "",
        file: StaticString = #fileID,
        line: UInt = #line
    ) throws(Failure) {
        guard found != expected else { return }
        throw Failure(description: "\(what) expected \(expected), found \(found) (\(file):\(line))")
    }

    /// Expects an error with this code.
    static func expect(
        _ code: MediaError.Code,
        _ what: String = "",
        file: StaticString = #fileID,
        line: UInt = #line,
        from body: () async throws(MediaError) -> Void
    ) async throws(Failure) {
        do {
            try await body()
        } catch {
            return try self.expectEqual(error.code, code, what, file: file, line: line)
        }
        throw Failure(description: "\(what) expected \(code), found no error (\(file):\(line))")
    }
}
