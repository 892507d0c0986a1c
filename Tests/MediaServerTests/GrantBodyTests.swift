import MediaCore
import Testing

@testable import MediaEngine
@testable import MediaServer

@Suite("What a client asks a grant for")
struct GrantBodyTests {
    private func body(_ json: String) throws -> GrantBody { try GrantBody(json: Array(json.utf8)) }

    @Test("has its members, and leaves alone what is not known")
    func good() throws {
        let request = try self.body(
            """
            {"collection": "avatars", "name": "user1", "types": ["image/*"], "maximumSize": 5, "size": 4, "sha256": "ab",
             "expiresIn": 60, "replace": true, "owner": "ann", "later": {"deep": [1, {}]}, "namePrefix": null}
            """
        ).request
        #expect(request.collection == "avatars" && request.name == "user1" && request.namePrefix == nil)
        #expect(request.types == ["image/*"] && request.maximumSize == 5 && request.size == 4)
        #expect(request.sha256 == "ab" && request.expiresIn == 60)
        #expect(request.replace == true && request.owner == "ann")
    }

    @Test(
        "A member of the wrong type is named",
        arguments: [
            ("collection", "7"), ("collection", "null"), ("name", "[]"), ("namePrefix", "{}"), ("types", "\"image/*\""),
            ("types", "[1]"), ("maximumSize", "\"5\""), ("maximumSize", "1e30"), ("size", "true"), ("size", "1.5"),
            ("sha256", "1"), ("expiresIn", "\"60\""), ("replace", "\"yes\""), ("owner", "1"),
        ]
    )
    func wrong(member: String, value: String) {
        let others = member == "collection" ? "" : "\"collection\": \"avatars\", "
        let error = #expect(throws: MediaError.self) { try self.body("{\(others)\"\(member)\": \(value)}") }
        #expect(error?.code == .invalidRequest)
        #expect(error?.details["member"] == [member])
        #expect(error?.message.contains(member) == true)
    }

    @Test(
        "What is no object is refused, however deep it is",
        arguments: ["", "null", "[]", "1", "{", String(repeating: "[", count: 10_000), "{\"collection\": \"a\"}}"]
    )
    func bad(json: String) {
        let error = #expect(throws: MediaError.self) { try self.body(json) }
        #expect(error?.code == .invalidRequest)
        #expect((error?.message.utf8.count ?? .max) < 300)
    }
}
