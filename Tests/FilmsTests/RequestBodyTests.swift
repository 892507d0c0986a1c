import Testing

@testable import Films

@Suite("JSON that requests bring")
struct RequestBodyTests {
    private func code(_ text: String) -> FilmsError.Code? { self.code(Array(text.utf8)) }

    private func code(_ bytes: [UInt8]) -> FilmsError.Code? {
        do {
            _ = try RequestBody.decode(bytes)
            return nil
        } catch {
            return error.code
        }
    }

    @Test(
        "A name that stands twice in one object is refused, however it is spelt",
        arguments: [
            #"{"a":1,"a":1}"#, #"{"a":1,"\u0061":2}"#, #"{"x":{"b":1,"c":[{}],"b":2}}"#,
            #"{"x":[{"a":1},{"a":1,"a":2}]}"#,
            #"{"\"":1,"\"":2}"#, #"{"":1, "" : 2}"#, #"{"a\\":1,"b":[1,"a",{}],"a\\":2}"#,
        ]
    )
    func twice(text: String) { #expect(self.code(text) == .invalidRequest) }

    @Test(
        "The same name in other objects, and as a value, is no second one",
        arguments: [
            #"{"a":"a","b":"a"}"#, #"{"a":{"a":{"a":1}}}"#, #"{"x":[{"a":1},{"a":1}]}"#, #"{"a":["a","a","a"]}"#,
            #"{"a":"{\"a\":1,\"a\":2}"}"#, #"{"a":"\\","b":1}"#, "{}", #"{"é":1,"e":2}"#,
            " {\n\"a\" :\t[ ] , \"b\":{ } } ",
        ]
    )
    func once(text: String) { #expect(self.code(text) == nil) }

    @Test(
        "What is no object in UTF-8 is refused, deep nesting too",
        arguments: [
            "", "[]", "1", "\"a\"", "null", "{", "{'a':1}", "{\"a\":NaN}", "{\"a\":1e999}", "{\"a\":1}x", "{/**/}",
            "{\"a\":" + String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000) + "}",
            String(repeating: "{\"a\":", count: 90_000) + "1" + String(repeating: "}", count: 90_000),
        ]
    )
    func broken(text: String) { #expect(self.code(text) == .invalidRequest) }

    @Test(
        "What RFC 8259 does not have is refused, though decoders take some of it",
        arguments: [
            #"{"title":"a",}"#, "{,}", #"{"a":[1,]}"#, #"{"a":[,]}"#, #"{"a":[1 , \#n\#t]}"#, #"{"a":{"b":1 ,\#r}}"#,
            #"{"a":1,,"b":2}"#,
            #"{"a":01}"#, #"{"a":1.}"#, #"{"a":.5}"#, #"{"a":+1}"#, #"{"a":0x1}"#, #"{"a":Infinity}"#, #"{"a":-}"#,
            #"{"a":"\x"}"#, #"{"a":"\ud800"}"#, "{\"a\":\"\n\"}", "{\"a\":\"\t\"}", "{a:1}", #"{"a" 1}"#,
            #"{"a":1 "b":2}"#,
            "{\"a\":1}//", "\u{A0}{}", #"{"a":True}"#,
        ]
    )
    func lax(text: String) { #expect(self.code(text) == .invalidRequest, "\(text)") }

    @Test(
        "Commas within texts, and between values, are none too many",
        arguments: [#"{"a":",]","b":[1 , 2],"c":",}"}"#, #"{"a,":"\","}"#]
    )
    func commas(text: String) { #expect(self.code(text) == nil) }

    @Test("Neither UTF-16 nor bytes that are no text are taken")
    func encodings() {
        #expect(self.code(Array("{\"a\":1}".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }) == .invalidRequest)
        #expect(self.code(Array("{\"a\":\"".utf8) + [0xFF, 0xFE] + Array("\"}".utf8)) == .invalidRequest)
    }

    @Test("A member of a wrong type is named, for people and for programs")
    func wrongType() throws {
        var reader = FieldReader(try RequestBody.decode(Array(#"{"rating":"9,5"}"#.utf8)))
        let error = #expect(throws: FilmsError.self) { try reader.rating("rating") }
        #expect(error?.code == .invalidRequest && error?.wrongFields.map(\.field) == ["rating"])
    }
}
