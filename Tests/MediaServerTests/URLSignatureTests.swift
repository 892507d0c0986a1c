import Testing

@testable import MediaServer

@Suite("Signed addresses")
struct URLSignatureTests {
    private static let key = "a key of sixteen bytes or more"
    /// printf %s '/files/posters/1.jpg?width=300&format=webp' | openssl dgst -sha256 -hmac 'a key of sixteen bytes or more'
    private static let code = "20fb104c2c173d2ddb005868ce47a5686018a127e7fcbe8f10f7013b614bb9d4"
    private static let target = "/files/posters/1.jpg?width=300&format=webp"

    @Test("are those that somebody with the key wrote, byte for byte")
    func valid() {
        let signature = URLSignature(keys: ["another key, of the time to come", Self.key])
        #expect(signature.verdict(on: "\(Self.target)&signature=\(Self.code)") == .valid)
        #expect(signature.verdict(on: "\(Self.target)&signature=\(Self.code.uppercased())") == .valid)
        #expect(
            URLSignature(keys: ["another key, of the time to come"])
                .verdict(on: "\(Self.target)&signature=\(Self.code)") == .invalid
        )
        #expect(URLSignature(keys: []).verdict(on: "\(Self.target)&signature=\(Self.code)") == .invalid)
    }

    @Test("are carried over to the address that a file moved to, by the key that signs now; nothing else is signed")
    func carriedOver() {
        let signature = URLSignature(keys: ["another key, of the time to come", Self.key])
        let old = "\(Self.target)&signature=\(Self.code)"
        let new = signature.carriedOver(from: old, to: old.replacing("/1.jpg", with: "/1.png"))
        #expect(new.hasPrefix("/files/posters/1.png?width=300&format=webp&signature="))
        #expect(signature.verdict(on: new) == .valid)
        #expect(URLSignature(keys: [Self.key]).verdict(on: new) == .invalid)
        let forged = "/files/posters/1.jpg?width=9&signature=\(Self.code)"
        #expect(signature.carriedOver(from: forged, to: "/x?width=9&signature=\(Self.code)").hasSuffix(Self.code))
        #expect(signature.carriedOver(from: "/files/a/b?width=1", to: "/files/a/c?width=1") == "/files/a/c?width=1")
    }

    @Test(
        "say nothing about any other address",
        arguments: [
            "\(target)0&signature=\(code)", "\(target)&signature=\(code)&width=9", "\(target)&signature=\(code)0",
            "\(target)&signature=", "\(target)&signature=\(code.dropLast())g", "\(target)&signature=\(code)&",
            "/files/posters/1.jpg?format=webp&width=300&signature=\(code)", "/api\(target)&signature=\(code)",
            "\(target)&v=1&signature=\(code)", "/files/posters/1.jpg?signature=\(code)",
            "\(target)&signature=\(code)&signature=\(code)",
            "/files/posters/%31.jpg?width=300&format=webp&signature=\(code)",
        ]
    )
    func invalid(target: String) {
        #expect(URLSignature(keys: [Self.key]).verdict(on: target) == .invalid)
    }

    @Test(
        "are told from those without",
        arguments: [target, "/files/posters/1.jpg", "/signature=1", "/files/a?signatures=1", "/files/a?x=signature="]
    )
    func unsigned(target: String) {
        #expect(URLSignature(keys: [Self.key]).verdict(on: target) == .unsigned)
    }
}
