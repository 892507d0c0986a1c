import Postgres
import Primitives
import Testing

@testable import Films

@Suite("Accounts in PostgreSQL")
struct AccountTests {
    @Test("Of ten who join at once, exactly one is the administrator")
    func first() async throws {
        try await withAccounts { world in
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<10 { group.addTask { _ = try? await world.join("person\(number)") } }
            }
            let roles = try await world.texts("SELECT role FROM films.accounts ORDER BY role")
            #expect(roles == ["administrator"] + Array(repeating: "member", count: 9))
        }
    }

    @Test("The last administrator is followed by the oldest account")
    func heir() async throws {
        try await withAccounts { world in
            try await world.join("ada")
            for name in ["bob", "cyd"] {
                world.clock.advance(seconds: 1)
                try await world.join(name)
            }
            let grant = try await world.signIn("ada")
            let caller = try await world.services.tokens.caller(of: grant.accessToken)
            try await world.accounts.delete(RequestBody(members: ["password": .text("correct horse")]), by: caller)
            #expect(
                try await world.texts("SELECT username FROM films.accounts WHERE role = 'administrator'") == ["bob"]
            )
        }
    }

    @Test(
        "The same creation again gives the first response; another body or password is another one; a deleted id stays gone"
    )
    func repeated() async throws {
        try await withAccounts { world in
            let id = RecordID(now: .now())
            let first = try await world.accounts.create(AccountsWorld.body(id, "ada"), from: "test")
            #expect(try await world.accounts.create(AccountsWorld.body(id, "ada"), from: "test") == first)
            for body in [AccountsWorld.body(id, "ada", password: "another horse"), AccountsWorld.body(id, "eve")] {
                await expect(code: .idTaken) { try await world.accounts.create(body, from: "test") }
            }
            let caller = try await world.services.tokens.caller(of: try await world.signIn("ada").accessToken)
            try await world.accounts.delete(RequestBody(members: ["password": .text("correct horse")]), by: caller)
            await expect(code: .gone) { try await world.accounts.create(AccountsWorld.body(id, "ada"), from: "test") }
        }
    }

    @Test("What is kept of a creation says nothing about the password")
    func digest() async throws {
        try await withAccounts { world in
            let one = RecordID(now: .now())
            _ = try await world.accounts.create(AccountsWorld.body(one, "ada"), from: "test")
            var members = AccountsWorld.body(one, "ada").members
            members["password"] = nil
            let creation = Creation(one, of: "account", by: nil, body: RequestBody(members: members))
            // The digest of the body without the password claims the same id.
            let again = try await world.database.transaction { try await creation.claim(on: $0) }
            #expect(again != nil)
        }
    }

    @Test("A name that nobody has costs the same hashes as a wrong password")
    func equalWork() async throws {
        try await withAccounts { world in
            try await world.join("ada")
            let before = world.passwords.count
            await expect(code: .invalidCredentials) { try await world.signIn("ada", password: "wrong") }
            let wrong = world.passwords.count - before
            await expect(code: .invalidCredentials) { try await world.signIn("nobody", password: "wrong") }
            #expect(world.passwords.count - before - wrong == wrong)
            #expect(wrong == 1)
        }
    }

    @Test("Wrong passwords are counted for the account, by whichever of its names; right ones are not")
    func limited() async throws {
        try await withAccounts { world in
            try await world.join("ada")
            for _ in 0..<30 { _ = try await world.signIn("ada") }
            for number in 0..<10 {
                let name = number % 2 == 0 ? "ADA" : "Ada@example.org"
                await expect(code: .invalidCredentials) { try await world.signIn(name, password: "wrong") }
            }
            await expect(code: .rateLimited) { try await world.signIn("ada") }
            let hashes = world.passwords.count
            for _ in 0..<10 {
                await expect(code: .invalidCredentials) { try await world.signIn("nobody", password: "x") }
            }
            await expect(code: .rateLimited) { try await world.signIn("nobody", password: "x") }
            #expect(world.passwords.count == hashes + 10)
        }
    }

    @Test("A new password needs the present one, and ends all other sessions")
    func password() async throws {
        try await withAccounts { world in
            try await world.join("ada")
            let (mine, other) = (try await world.signIn("ada"), try await world.signIn("ada"))
            let caller = try await world.services.tokens.caller(of: mine.accessToken)
            func change(_ current: String) async throws -> AccountRecord {
                let body: [String: JSONValue] = ["password": .text("another horse"), "currentPassword": .text(current)]
                return try await world.accounts.change(RequestBody(members: body), by: caller)
            }
            await expect(code: .invalidCredentials) { try await change("wrong horse") }
            #expect(try await change("correct horse").version == 2)
            _ = try await world.services.tokens.caller(of: mine.accessToken)
            await expect(code: .unauthenticated) { try await world.services.tokens.caller(of: other.accessToken) }
            await expect(code: .invalidCredentials) { try await world.signIn("ada") }
            _ = try await world.signIn("ada", password: "another horse")
        }
    }

    @Test("A change names what it changes; what is there already makes no version; taken names are refused")
    func changes() async throws {
        try await withAccounts { world in
            try await world.join("ada")
            try await world.join("bob")
            let caller = try await world.services.tokens.caller(of: try await world.signIn("ada").accessToken)
            func change(_ members: [String: JSONValue]) async throws -> AccountRecord {
                try await world.accounts.change(RequestBody(members: members), by: caller)
            }
            let french = try await change(["preferences": .object(["language": .text("fr"), "theme": .text("dark")])])
            #expect(french.preferences == .init(language: .fr, theme: .dark))
            #expect(french.version == 2)
            #expect(
                try await change(["preferences": .object(["language": .text("fr")]), "username": .text("ada")])
                    == french
            )
            let light = try await change(["preferences": .object(["theme": .null])])
            #expect(light.preferences == .init(language: .fr, theme: nil))
            #expect(try await change(["username": .text("Ada")]).username == "Ada")
            await expect(code: .usernameTaken) { try await change(["username": .text("BÖB")]) }
            await expect(code: .emailTaken) { try await change(["email": .text("Bob@Example.org")]) }
            await expect(code: .invalidRequest) { try await change(["preferences": .text("fr")]) }
        }
    }

    @Test("A picture that is no file of mediad's is refused, and changes nothing")
    func avatar() async throws {
        try await withAccounts { world in
            let id = try await world.join("ada")
            let caller = try await world.services.tokens.caller(of: try await world.signIn("ada").accessToken)
            let body = RequestBody(members: ["avatarFileId": .text(RecordID(now: .now()).description)])
            await expect(code: .validationFailed) { try await world.accounts.change(body, by: caller) }
            #expect(try await world.accounts.accounts.record(of: id).version == 1)
        }
    }

    @Test("Deleting an account erases it: no row, no first response, no session is left")
    func erased() async throws {
        // A name that no id in hexadecimal digits can hold by chance.
        try await withAccounts { world in
            let id = try await world.join("zoe")
            let grant = try await world.signIn("zoe")
            let caller = try await world.services.tokens.caller(of: grant.accessToken)
            await expect(code: .invalidCredentials) {
                try await world.accounts.delete(RequestBody(members: ["password": .text("wrong horse")]), by: caller)
            }
            try await world.accounts.delete(RequestBody(members: ["password": .text("correct horse")]), by: caller)
            await expect(code: .unauthenticated) { try await world.services.tokens.caller(of: grant.accessToken) }
            let left = try await world.texts(
                """
                SELECT a::text FROM films.accounts a UNION ALL SELECT s::text FROM films.sessions s \
                UNION ALL SELECT t::text FROM films.refresh_tokens t UNION ALL SELECT c::text FROM films.creations c
                """
            ).joined()
            #expect(!left.contains("zoe"))
            #expect(left.contains(id.description))
            try await world.join("zoe")
        }
    }

    @Test("The pictures of an erased account are in the trash at once, with those that were replaced; others' stay")
    func erasedPictures() async throws {
        try await withAccounts { world in
            let id = try await world.join("zoe")
            let other = try await world.join("ada")
            let caller = try await world.services.tokens.caller(of: try await world.signIn("zoe").accessToken)
            var files: [RecordID] = []
            for (number, owner) in [id, id, other].enumerated() {
                let file = RecordID(now: .now())
                files.append(file)
                _ = try await world.texts(
                    """
                    INSERT INTO media.files \
                    (id, collection, name, path, type, size, sha256, owner, modified_at, created_at, updated_at) \
                    VALUES ('\(file)', 'avatars', '\(number)', 'avatars/\(number).jpg', 'image/jpeg', 1, sha256('x'), \
                    '\(owner)', now(), now(), now())
                    """
                )
            }
            _ = try await world.texts("UPDATE films.accounts SET avatar_file_id = '\(files[1])' WHERE id = '\(id)'")
            try await world.accounts.delete(RequestBody(members: ["password": .text("correct horse")]), by: caller)
            #expect(try await world.texts("SELECT id::text FROM media.files") == [files[2].description])
            #expect(try await world.texts("SELECT count(*)::text FROM films.released_files") == ["0"])
        }
    }
}
