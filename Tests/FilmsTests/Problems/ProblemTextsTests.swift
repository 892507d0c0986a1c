import Foundation
import HTTPServing
import HTTPTypes
import NIOCore
import Testing

@testable import Films

@Suite("Words of problems")
struct ProblemTextsTests {
    private static func placeholders(_ sentence: String) -> Set<String> {
        Set(sentence.matches(of: /\{(\w+)\}/).map { String($0.output.1) })
    }

    @Test(
        "Each key has words in every language, with the same placeholders; nothing else has",
        arguments: Language.allCases
    )
    func complete(language: Language) {
        let texts = ProblemTexts.of(language)
        #expect(Set(texts.details.keys) == Set(ProblemText.Key.allCases.map(\.rawValue)))
        for key in ProblemText.Key.allCases {
            let words = texts.details[key.rawValue] ?? ""
            #expect(
                !words.isEmpty && words.hasSuffix(".") || words.hasSuffix("<token>.") || words.hasSuffix("refresh.")
            )
            let english = ProblemTexts.of(.en).details[key.rawValue] ?? ""
            #expect(Self.placeholders(words) == Self.placeholders(english), "\(key)")
        }
        let statuses = Set(FilmsError.Code.allCases.map { "\($0.status.code)" } + ["405", "426"])
        #expect(Set(texts.titles.keys) == statuses)
    }

    @Test("English titles are the names of the statuses")
    func titles() {
        for code in FilmsError.Code.allCases {
            #expect(ProblemTexts.of(.en).titles["\(code.status.code)"] == code.status.reasonPhrase)
        }
    }

    @Test(
        "French is set as French is: no plain space before a sign that wants one that does not break, no straight apostrophe"
    )
    func typography() {
        let texts = ProblemTexts.of(.fr)
        for words in Array(texts.details.values) + Array(texts.titles.values) {
            #expect(!words.contains("'") && !words.contains("\"") && !words.contains("..."), "\(words)")
            // What stands before a colon in a header field or an address is no French.
            let prose = words.replacing(/Authorization: Bearer|POST \/api\S*|https?:\S+/, with: "")
            #expect(prose.firstMatch(of: /[^\u{00A0}]:|[^\u{202F}][;!?]|«[^\u{00A0}]|[^\u{00A0}]»/) == nil, "\(words)")
        }
    }

    /// Where the program gives words their arguments, these are the placeholders of the words.
    @Test("Every use of a key gives what its words need, and every key is used")
    func uses() throws {
        let sources = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined() + "/Sources/Films"
        var used: Set<String> = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: sources) where path.hasSuffix(".swift") {
            guard !path.hasSuffix("ProblemText+Key.swift") else { continue }
            let text = try String(contentsOfFile: "\(sources)/\(path)", encoding: .utf8)
            used.formUnion(text.matches(of: /\.([a-z]\w+)/).map { String($0.output.1) })
            let pattern =
                /(?:FilmsError\(\s*\.\w+|FieldProblem\(\s*[\w".]+,\s*\.\w+|ProblemText\(),?\s*\.([a-z]\w+)(?:,\s*\[([^\]]*)\])?([^\n]*\n?[^\n]*)/
            for use in text.matches(of: pattern) {
                guard let key = ProblemText.Key(rawValue: String(use.output.1)) else { continue }
                var given = Set((use.output.2 ?? "").matches(of: /"(\w+)":/).map { String($0.output.1) })
                let rest = String(use.output.3)
                if rest.contains("limit:") { given.insert("limit") }
                if rest.contains("retryAfter:") { given.insert("seconds") }
                let wanted = Self.placeholders(ProblemTexts.of(.en).details[key.rawValue] ?? "")
                #expect(wanted.isSubset(of: given), "\(path): \(key) lacks \(wanted.subtracting(given))")
            }
        }
        let unused = ProblemText.Key.allCases.map(\.rawValue).filter { !used.contains($0) }
        #expect(unused == [])
    }

    @Test("Arguments take the place of their names, and their own braces mean nothing")
    func arguments() {
        let text = ProblemText(.parameterTwice, ["name": "{name}{limit}"])
        #expect(text.english == "The parameter {name}{limit} is there twice.")
        #expect(text.words(in: .fr) == "Le paramètre {name}{limit} figure deux fois.")
        #expect(ProblemText(.tooManyAttempts, seconds: 7).words(in: .fr) == "Trop d’essais. Réessayez dans 7\u{A0}s.")
    }

    @Test("A problem has title, detail and fields in the language; its codes are the same")
    func problem() {
        let error = FilmsError(
            .validationFailed,
            .notAllRight,
            ["fields": "year"],
            fields: [FieldProblem("year", .year, .wholeNumber, ["least": "1870", "most": "2200"])]
        )
        let french = String(buffer: error.problem(in: .fr).json)
        #expect(french.contains("Contenu non valable"))
        #expect(french.contains("Certains champs ne conviennent pas\u{A0}: year."))
        #expect(french.contains("Un nombre entier de 1870 à 2200."))
        #expect(french.contains("\"code\":\"validation_failed\"") && french.contains("\"code\":\"year\""))
        #expect(String(buffer: error.problem.json).contains("A whole number from 1870 to 2200."))
    }
}
