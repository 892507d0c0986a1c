import MediaTesting
import Postgres
import Primitives
import Testing

@testable import Films

@Suite("Sessions in PostgreSQL")
struct SessionTests {
    @Test("Two refreshes at once give one successor, fifty times in a row")
    func together() async throws {
        try await withAccounts { world in
            try await world.join("ada")
            let other = try await world.another()
            var token = try await world.signIn("ada").refreshToken
            for _ in 0..<50 {
                let present = token
                async let first = world.sessions.refresh(present, address: "a")
                async let second = other.sessions.refresh(present, address: "b")
                let (one, two) = try await (first.refreshToken, second.refreshToken)
                #expect(one == two)
                #expect(one != present)
                token = one
            }
            #expect(token.generation == 50)
        }
    }

    @Test("A late request with the token before the last gets the successor of its own, and nobody is thrown out")
    func chain() async throws {
        try await withAccounts { world in
            try await world.join("ada")
            let first = try await world.signIn("ada").refreshToken
            let second = try await world.sessions.refresh(first, address: "a").refreshToken
            let third = try await world.sessions.refresh(second, address: "a").refreshToken
            #expect(try await world.sessions.refresh(first, address: "a").refreshToken == second)
            #expect(try await world.sessions.refresh(second, address: "a").refreshToken == third)
        }
    }

    @Test("A token that was replaced more than 30 seconds ago ends its family, once")
    func reuse() async throws {
        try await withAccounts { world in
            try await world.join("ada")
            let grant = try await world.signIn("ada")
            let next = try await world.sessions.refresh(grant.refreshToken, address: "a")
            world.clock.advance(seconds: 31)
            await expect(code: .tokenReused) { try await world.sessions.refresh(grant.refreshToken, address: "a") }
            await expect(code: .unauthenticated) { try await world.sessions.refresh(next.refreshToken, address: "a") }
            await expect(code: .unauthenticated) { try await world.services.tokens.caller(of: next.accessToken) }
        }
    }

    @Test("So does one of which nothing is kept any more; one that somebody made up ends nothing")
    func old() async throws {
        try await withAccounts { world in
            try await world.join("ada")
            let first = try await world.signIn("ada").refreshToken
            var token = first
            for _ in 0..<3 {
                world.clock.advance(seconds: 600)
                token = try await world.sessions.refresh(token, address: "a").refreshToken
            }
            let kept = try await world.texts("SELECT generation::text FROM films.refresh_tokens ORDER BY generation")
            #expect(kept == ["2", "3"])
            let forged = RefreshToken(sessionID: first.sessionID, generation: 0, secret: first.secret, key: [1, 2, 3])
            await expect(code: .unauthenticated) { try await world.sessions.refresh(forged, address: "a") }
            token = try await world.sessions.refresh(token, address: "a").refreshToken
            await expect(code: .tokenReused) { try await world.sessions.refresh(first, address: "a") }
            await expect(code: .unauthenticated) { try await world.sessions.refresh(token, address: "a") }
        }
    }

    @Test("The database alone knows no token")
    func secrecy() async throws {
        try await withAccounts { world in
            try await world.join("ada")
            let first = try await world.signIn("ada").refreshToken
            let second = try await world.sessions.refresh(first, address: "a").refreshToken
            let dump = try await world.texts(
                "SELECT t::text FROM films.refresh_tokens t UNION ALL SELECT s::text FROM films.sessions s"
            ).joined()
            for secret in [first.secret, second.secret] {
                let hex = secret.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
                #expect(!dump.contains(hex))
            }
        }
    }

    @Test("A session that runs out cannot be refreshed, and neither can one that was signed out of")
    func ends() async throws {
        try await withAccounts { world in
            try await world.join("ada")
            let first = try await world.signIn("ada").refreshToken
            world.clock.advance(seconds: 31 * 86_400)
            await expect(code: .unauthenticated) { try await world.sessions.refresh(first, address: "a") }
            let second = try await world.signIn("ada")
            try await world.sessions.signOut(second.refreshToken, accessToken: nil)
            await expect(code: .unauthenticated) { try await world.sessions.refresh(second.refreshToken, address: "a") }
            await expect(code: .unauthenticated) { try await world.services.tokens.caller(of: second.accessToken) }
            try await world.sessions.signOut(nil, accessToken: "x.y.z")
        }
    }

    @Test(
        "What one process ends, and what SQL ends by hand, is ended in the others by their next look, without a query for each request"
    )
    func everywhere() async throws {
        try await withAccounts { world in
            try await world.join("ada")
            let other = try await world.another()
            let following = Task { await other.services.follow() }
            defer { following.cancel() }
            let (mine, second) = (try await world.signIn("ada"), try await world.signIn("ada"))
            #expect(
                try await other.services.tokens.caller(of: mine.accessToken).sessionID == mine.refreshToken.sessionID
            )
            try await world.sessions.signOut(mine.refreshToken, accessToken: nil)
            _ = try await world.texts(
                "DELETE FROM films.sessions WHERE id = '\(second.refreshToken.sessionID)' RETURNING id::text"
            )
            for token in [mine.accessToken, second.accessToken] {
                try await requireEventually {
                    do {
                        _ = try await other.services.tokens.caller(of: token)
                        return false
                    } catch {
                        return (error as? FilmsError)?.code == .unauthenticated
                    }
                }
            }
        }
    }

    @Test("A token that ran out, one of another issuer, and one whose key is gone are refused")
    func tokens() async throws {
        try await withAccounts { world in
            try await world.join("ada")
            let grant = try await world.signIn("ada")
            _ = try await world.texts("SELECT films.rotate_signing_key()")
            try await world.services.tokens.reload()
            #expect(try await world.services.tokens.caller(of: grant.accessToken).isAdministrator)
            let fresh = try await world.another()
            // The last digit of base64 has bits that no byte has: only one spelling of them is taken.
            var digits = ""
            for digit in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" {
                let spelt = grant.accessToken.dropLast() + String(digit)
                if (try? await fresh.services.tokens.caller(of: String(spelt))) != nil { digits.append(digit) }
            }
            #expect(digits == String(grant.accessToken.suffix(1)))
            #expect(try await fresh.services.tokens.caller(of: grant.accessToken).isAdministrator)
            world.clock.advance(seconds: 15 * 60)
            await expect(code: .tokenExpired) { try await world.services.tokens.caller(of: grant.accessToken) }
            let next = try await world.sessions.refresh(grant.refreshToken, address: "a")
            #expect(try await world.services.tokens.caller(of: next.accessToken).isAdministrator)
            _ = try await world.texts(
                "DELETE FROM films.signing_keys WHERE created_at < (SELECT max(created_at) FROM films.signing_keys) RETURNING id"
            )
            try await world.services.tokens.reload()
            let last = try await world.sessions.refresh(next.refreshToken, address: "a")
            #expect(try await world.services.tokens.caller(of: last.accessToken).isAdministrator)
            for text in ["", "x", "a.b.c", grant.accessToken + "A", String(repeating: "a", count: 5000)] {
                await expect(code: .tokenInvalid) { try await world.services.tokens.caller(of: text) }
            }
        }
    }

    @Test("A token for another audience, and one of another issuer, are refused though the key is ours")
    func foreignTokens() async throws {
        try await withAccounts { world in
            let account = try await world.join("ada")
            let session = try await world.signIn("ada").refreshToken.sessionID
            let clock = world.clock
            for (issuer, audiences, isGood) in [
                ("filmd", ["filmd", "mediad"], true), ("filmd", ["other", "filmd"], true), ("filmd", ["mediad"], false),
                ("filmd", ["filmd2"], false), ("filmd", [], false), ("other", ["filmd", "mediad"], false),
                ("Filmd", ["filmd", "mediad"], false),
            ] {
                let foreign = try await AccessTokens(
                    database: world.database,
                    issuer: issuer,
                    audiences: audiences,
                    ended: EndedSessions(database: world.database),
                    clock: { clock.now }
                )
                let token = try await foreign.issue(account, session: session, role: .administrator).text
                if isGood {
                    #expect(try await world.services.tokens.caller(of: token).accountID == account)
                } else {
                    await expect(code: .tokenInvalid) { try await world.services.tokens.caller(of: token) }
                }
            }
        }
    }

    @Test("An account has a hundred sessions at most; the one that was not used for longest makes room")
    func many() async throws {
        try await withAccounts { world in
            let id = try await world.join("ada")
            let first = try await world.signIn("ada")
            for _ in 0..<100 {
                world.clock.advance(seconds: 1)
                _ = try await world.signIn("ada")
            }
            #expect(
                try await world.texts("SELECT count(*)::text FROM films.sessions WHERE account_id = '\(id)'") == ["100"]
            )
            await expect(code: .unauthenticated) { try await world.sessions.refresh(first.refreshToken, address: "a") }
        }
    }
}

extension AccountsWorld {
    /// The first column of a statement's rows.
    func texts(_ sql: String) async throws -> [String] {
        try await self.database.client.query(PostgresQuery(unsafeSQL: sql)).rows.map { try $0.decode(at: 0) }
    }
}

/// Expects an error with a code.
func expect<Result>(
    code: FilmsError.Code,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Result
) async {
    do {
        _ = try await body()
        Issue.record("no error instead of \(code)", sourceLocation: sourceLocation)
    } catch {
        #expect((error as? FilmsError)?.code == code, "\(error)", sourceLocation: sourceLocation)
    }
}
