import HTTPSemantics
import HTTPServing
import HTTPTypes
import MediaCore
import Testing

@testable import MediaServer

@Suite("Statuses of errors")
struct ErrorStatusTests {
    @Test("A full line is 503, with a time to come again")
    func busy() {
        #expect(ErrorStatus.of(.busy).code == 503)
        #expect(ErrorStatus.retryAfter(.busy).map { $0 > 0 } == true)
    }

    @Test("Pictures that nobody may have, and those that cannot be made")
    func pictures() {
        #expect(ErrorStatus.of(.parametersNotAllowed).code == 403)
        #expect(ErrorStatus.of(.signatureInvalid).code == 403)
        for code in [MediaError.Code.notRenderable, .notStreamable, .encrypted] {
            #expect(ErrorStatus.of(code).code == 415)
        }
        for code in [MediaError.Code.fileDamaged, .imageTooLarge, .processingFailed] {
            #expect(ErrorStatus.of(code).code == 422)
            #expect(ErrorStatus.retryAfter(code) == nil)
        }
    }

    @Test("Only defects of ours are 500", arguments: MediaError.Code.allCases)
    func defects(code: MediaError.Code) {
        let isDefect = [.internalError, .invalidConfiguration].contains(code)
        #expect((ErrorStatus.of(code).code == 500) == isDefect)
    }

    @Test("Details keep the form that they have had: numbers of the registered types, lists of text elsewhere")
    func details() {
        let error = MediaError(
            .offsetMismatch,
            "m",
            details: ["expected-offset": 4, "provided-offset": 5, "maximumBytes": 9, "found": ["a"]]
        )
        let members: [String: Problem.Member] = [
            "expected-offset": .number(4), "provided-offset": .number(5), "maximumBytes": .texts(["9"]),
            "found": .texts(["a"]),
        ]
        #expect(error.problem.members == members)
        #expect(error.problem.type == "https://iana.org/assignments/http-problem-types#mismatching-upload-offset")
        // As it comes back from the database, the same JSON.
        #expect(
            Problem(Upload.Problem(MediaError(.fileTooLarge, "m", details: ["maximumBytes": ["9"]]))).members == [
                "maximumBytes": .texts(["9"])
            ]
        )
    }

    @Test("A code that only a newer daemon knows is told as it was kept")
    func unknown() {
        let problem = Problem(Upload.Problem(code: "of_tomorrow", message: "m", details: [:]))
        #expect(problem.code == "of_tomorrow")
        #expect(problem.status == .internalServerError)
        #expect(problem.typed(in: .mediad).type == "urn:mediad:problem:of_tomorrow")
    }

    @Test("Fields of a protocol stand beside those of the error")
    func fields() {
        let error = FieldedError(MediaError(.uploadLocked, "m"), [.uploadOffset: "3"], status: .badRequest)
        #expect(error.fields[.uploadOffset] == "3")
        #expect(error.fields[.retryAfter] == "2")
        #expect(error.problem.status == .badRequest)
        #expect(error.problem.code == "upload_locked")
    }
}
