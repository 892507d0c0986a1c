import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import Films

@Suite("Entity tags of records")
struct RecordVersionTests {
    private func request(_ name: HTTPField.Name, _ value: String) -> Request {
        var head = HTTPRequest(method: .get, scheme: "http", authority: "x", path: "/")
        head.headerFields[name] = value
        return Request(head: head, body: .init(buffer: ByteBuffer()))
    }

    @Test("Another version, and another text of the same version, has another tag; a digest has 16 digits")
    func tags() {
        let tag = RecordVersion.tag(7, "{}")
        #expect(tag == RecordVersion.tag(7, "{}") && tag.wholeMatch(of: /"7-[0-9a-f]{16}"/) != nil)
        #expect(tag != RecordVersion.tag(8, "{}") && tag != RecordVersion.tag(7, "{ }"))
    }

    @Test(
        "If-Match compares the version, whatever stands behind it; it takes no weak tag and no beginning of a version",
        arguments: [
            (#""7""#, true), (#""7-0000000000000000""#, true), ("*", true), (#""1-a", "7-3""#, true),
            (#""77""#, false), (#""77-3""#, false), (#""1""#, false), (#"W/"7-3""#, false), ("7", false),
        ]
    )
    func ifMatch(value: String, isTaken: Bool) {
        var code: FilmsError.Code?
        do { try RecordVersion.check(self.request(.ifMatch, value), is: 7) } catch { code = error.code }
        #expect(code == (isTaken ? nil : .preconditionFailed))
    }

    @Test("If-None-Match compares the whole tag, weakly")
    func ifNoneMatch() {
        let tag = RecordVersion.tag(7, "{}")
        for value in [tag, "W/\(tag)", "\"1\", \(tag)", "*"] {
            #expect(RecordVersion.isKnown(self.request(.ifNoneMatch, value), tag: tag))
        }
        for value in [#""7""#, RecordVersion.tag(7, "{ }"), RecordVersion.tag(8, "{}")] {
            #expect(!RecordVersion.isKnown(self.request(.ifNoneMatch, value), tag: tag))
        }
    }
}
