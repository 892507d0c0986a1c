import Testing

@testable import Films

@Suite("What names, addresses and passwords may be")
struct AccountFieldsTests {
    private func problems(_ members: [String: JSONValue]) throws -> [FieldProblem.Code] {
        let body = RequestBody(members: members)
        var reader = FieldReader(body)
        _ = try AccountFields.username(&reader, isRequired: false)
        _ = try AccountFields.email(&reader, isRequired: false)
        _ = try AccountFields.newPassword(&reader, body, isRequired: false)
        do {
            try reader.finish()
            return []
        } catch {
            return error.wrongFields.map(\.code)
        }
    }

    @Test("Letters and digits of any script are names", arguments: ["amélie", "李小龍", "हिन्दी", "O.K_9-a", "ß"])
    func names(name: String) throws {
        #expect(try self.problems(["username": .text(name)]) == [])
    }

    @Test(
        "Everything else is none",
        arguments: [
            "a b", "<b>", "a@b", "a\u{202E}b", "-a", ".a", "a/b", "a'; DROP TABLE", "👍", "\u{301}a", "a\u{200B}",
        ]
    )
    func noNames(name: String) throws {
        #expect(try self.problems(["username": .text(name)]) == [.username])
    }

    @Test("Names are compared without case and accents, addresses without case")
    func keys() {
        #expect(AccountFields.key(ofName: "AMÉLIE") == AccountFields.key(ofName: "amelie"))
        #expect(AccountFields.key(ofName: "Ada@Example.org") == "ada@example.org")
    }

    @Test("Addresses", arguments: ["ada@example.org", "a.b+c@x.example", "é@例え.jp", "a@localhost"])
    func addresses(text: String) throws {
        #expect(try self.problems(["email": .text(text)]) == [])
    }

    @Test(
        "No addresses",
        arguments: [
            "ada", "@b", "a@", "a@b@c", "a b@c", "a@b..c", ".a@b", "a@-b", "a\u{202E}@b.c", "<a@b.c>", "a@b.c,d",
        ]
    )
    func noAddresses(text: String) throws {
        #expect(try self.problems(["email": .text(text)]) == [.email])
    }

    @Test("A password has ten characters that are not all the same; spaces are kept")
    func passwords() throws {
        #expect(try self.problems(["password": .text("         x")]) == [])
        #expect(try self.problems(["password": .text("123456789")]) == [.passwordWeak])
        #expect(try self.problems(["password": .text("aaaaaaaaaaaaaa")]) == [.passwordWeak])
        #expect(try self.problems(["password": .text(String(repeating: "ab", count: 513))]) == [.tooLong])
        #expect(try self.problems(["password": .text("ééééééééé1")]) == [])
    }
}
