import HTTPSemantics
import HTTPTypes
import Testing

/// Every combination of the five fields, each absent, holding, or not, against RFC 9110 13.2.2 written down step by step.
@Suite("Preconditions in all combinations")
struct ConditionOrderTests {
    private enum State: CaseIterable {
        case absent
        case holds
        case fails
        case invalid
    }

    private static let now: Int64 = 784_111_777
    private static let modified = now - 3600
    private static let atModified = HTTPDate.format(modified)
    private static let before = HTTPDate.format(modified - 1)
    private static let after = HTTPDate.format(modified + 1)

    private func lines(_ state: State, holds: String, fails: String) -> [String] {
        switch state {
        case .absent: []
        case .holds: [holds]
        case .fails: [fails]
        case .invalid: ["nonsense"]
        }
    }

    @Test("C0: the order of RFC 9110 13.2.2", arguments: [HTTPRequest.Method.get, .head, .put, .delete])
    func order(method: HTTPRequest.Method) {
        for match in State.allCases {
            for unmodified in State.allCases {
                for noneMatch in State.allCases {
                    for modifiedSince in State.allCases {
                        for ifRange in State.allCases {
                            for hasRange in [false, true] {
                                var fields = ConditionalFields()
                                fields.ifMatch = lines(match, holds: "\"x\", \"a\"", fails: "W/\"a\"")
                                fields.ifUnmodifiedSince =
                                    lines(unmodified, holds: Self.atModified, fails: Self.before).first
                                fields.ifNoneMatch = lines(noneMatch, holds: "\"b\"", fails: "W/\"a\"")
                                fields.ifModifiedSince =
                                    lines(modifiedSince, holds: Self.before, fails: Self.after).first
                                fields.ifRange = lines(ifRange, holds: "\"a\"", fails: "W/\"a\"").first
                                fields.range = hasRange ? "bytes=0-1" : nil
                                let outcome = ConditionalRequest.evaluate(
                                    method: method,
                                    fields: fields,
                                    current: CurrentRepresentation(
                                        entityTag: EntityTag(opaque: "a"),
                                        lastModified: Self.modified
                                    ),
                                    now: Self.now
                                )
                                let expected = expected(
                                    method,
                                    match,
                                    unmodified,
                                    noneMatch,
                                    modifiedSince,
                                    honoursRange: hasRange && (ifRange == .absent || ifRange == .holds)
                                )
                                #expect(outcome == expected, "\(method) \(fields)")
                            }
                        }
                    }
                }
            }
        }
    }

    private func expected(
        _ method: HTTPRequest.Method,
        _ match: State,
        _ unmodified: State,
        _ noneMatch: State,
        _ modifiedSince: State,
        honoursRange: Bool
    ) -> ConditionalRequest.Outcome {
        let reads = method == .get || method == .head
        // Step 1, else 2. An invalid tag matches nothing, an invalid date is no field.
        if match == .fails || match == .invalid { return .preconditionFailed }
        if match == .absent, unmodified == .fails { return .preconditionFailed }
        // Step 3, else 4.
        if noneMatch == .fails { return reads ? .notModified : .preconditionFailed }
        if noneMatch == .absent, reads, modifiedSince == .fails { return .notModified }
        // Steps 5 and 6.
        return .proceed(honoursRange: method == .get && honoursRange)
    }

    @Test("C1, C3: nginx-tests, not_modified.t")
    func nginx() {
        func outcome(_ set: (inout ConditionalFields) -> Void) -> ConditionalRequest.Outcome {
            var fields = ConditionalFields()
            set(&fields)
            let current = CurrentRepresentation(entityTag: EntityTag(opaque: "a"), lastModified: Self.modified)
            return ConditionalRequest.evaluate(method: .get, fields: fields, current: current, now: Self.now)
        }
        let whole = ConditionalRequest.Outcome.proceed(honoursRange: false)
        for date in ["Wed, 08 Jul 2037 22:53:52 GMT", "Tue, 19 Jan 2038 03:14:08 GMT", "Fri, 25 Feb 2174 09:42:23 GMT"]
        {
            #expect(outcome { $0.ifModifiedSince = date } == .notModified)
        }
        for value in ["\"a\"", "\"foo\", \"bar\", \"a\" , \"baz\"", "*", "W/\"a\""] {
            #expect(outcome { $0.ifNoneMatch = [value] } == .notModified)
        }
        #expect(outcome { $0.ifNoneMatch = ["\"foo\""] } == whole)
        for value in ["\"a\"", "\"foo\", \"bar\", \t\"a\" , \"baz\"", "*"] {
            #expect(outcome { $0.ifMatch = [value] } == whole)
        }
        for value in ["\"foo\"", "W/\"a\""] { #expect(outcome { $0.ifMatch = [value] } == .preconditionFailed) }
    }
}
