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
        for code in [MediaError.Code.notRenderable, .notStreamable] { #expect(ErrorStatus.of(code).code == 415) }
        for code in [MediaError.Code.fileDamaged, .imageTooLarge, .processingFailed] {
            #expect(ErrorStatus.of(code).code == 422)
            #expect(ErrorStatus.retryAfter(code) == nil)
        }
    }
}
