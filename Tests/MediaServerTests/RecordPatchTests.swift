import MediaCore
import Testing

@testable import MediaServer

@Suite("What is to change of a record")
struct RecordPatchTests {
    private func patch(_ json: String) throws -> RecordPatch { try RecordPatch(json: Array(json.utf8)) }

    @Test("a focal point is set, cleared, or left as it is")
    func good() throws {
        guard case .set(let point) = try self.patch(#"{"focalPoint": {"x": 0.5, "y": 0.3}}"#).focalPoint else {
            Issue.record("not set")
            return
        }
        #expect(point == FocalPoint(x: 0.5, y: 0.3))
        guard case .set = try self.patch(#" {"focalPoint":{"y":1,"x":0e0}} "#).focalPoint else {
            Issue.record("not set")
            return
        }
        guard case .clear = try self.patch(#"{"focalPoint": null}"#).focalPoint else {
            Issue.record("not cleared")
            return
        }
        #expect(try self.patch("{}").focalPoint == nil)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "null", "[]", "1", "\"focalPoint\"", "{", #"{"focalPoint": []}"#, #"{"focalPoint": "centre"}"#,
            #"{"focalPoint": {}}"#, #"{"focalPoint": {"x": 0.5}}"#, #"{"focalPoint": {"x": 0.5, "y": null}}"#,
            #"{"focalPoint": {"x": "0.5", "y": 0.5}}"#, #"{"focalPoint": {"x": 1.01, "y": 0.5}}"#,
            #"{"focalPoint": {"x": -1, "y": 0.5}}"#, #"{"focalPoint": {"x": NaN, "y": 0.5}}"#,
            #"{"focalPoint": {"x": 1e999, "y": 0.5}}"#, #"{"focalPoint": {"x": 0.5, "y": 0.5, "z": 0.5}}"#,
            #"{"name": "other"}"#, #"{"focalPoint": null, "id": 1}"#, String(repeating: "[", count: 4000), "{\u{0}}",
        ]
    )
    func bad(json: String) {
        let error = #expect(throws: MediaError.self) { try self.patch(json) }
        #expect(error?.code == .invalidRequest)
        #expect((error?.message.utf8.count ?? .max) < 300)
    }
}
