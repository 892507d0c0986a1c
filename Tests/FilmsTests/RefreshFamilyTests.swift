import HTTPSemantics
import HTTPTypes
import Primitives
import Testing

@testable import Films

@Suite("Refresh tokens and their cookie")
struct RefreshFamilyTests {
    private let now = Timestamp(seconds: 1_800_000_000, nanoseconds: 0)
    private let family = RefreshFamily(
        sessionID: RecordID(now: .now()),
        key: RefreshFamily.newSecret(),
        generation: 0
    )

    private func later(_ seconds: Int64) -> Timestamp {
        Timestamp(microseconds: self.now.microseconds + seconds * 1_000_000)
    }

    /// The family after its first token was replaced.
    private func rotated() throws -> (
        first: RefreshToken, link: RefreshFamily.Link, next: RefreshToken, family: RefreshFamily
    ) {
        let first = self.family.first(secret: RefreshFamily.newSecret())
        let link = RefreshFamily.Link(digest: first.digest)
        let nonce = RefreshFamily.newSecret()
        guard case .rotated(let next, nonce) = self.family.verdict(on: first, link: link, nonce: nonce, now: self.now)
        else {
            throw FilmsError.defect("not rotated")
        }
        var family = self.family
        family.generation = 1
        return (first, .init(digest: first.digest, successorNonce: nonce, replacedAt: self.now), next, family)
    }

    @Test("A token is replaced by one of the next generation; it can be read again from its text")
    func rotation() throws {
        let (first, _, next, _) = try self.rotated()
        #expect(next.generation == 1)
        #expect(next.secret != first.secret)
        #expect(RefreshToken(next.text) == next)
        #expect(next.text.utf8.count == 96)
    }

    @Test(
        "For 30 seconds the replaced token gives the same successor, and is reused from then on",
        arguments: [0, 29, 30, 31, 86_400]
    )
    func grace(seconds: Int64) throws {
        let (first, link, next, family) = try self.rotated()
        let verdict = family.verdict(on: first, link: link, nonce: RefreshFamily.newSecret(), now: self.later(seconds))
        #expect(verdict == (seconds <= 30 ? .repeated(next) : .reused))
    }

    @Test("A token that was replaced so long ago that nothing is kept of it is known by its proof")
    func proof() throws {
        let (first, _, _, family) = try self.rotated()
        #expect(family.verdict(on: first, link: nil, nonce: [], now: self.later(86_400)) == .reused)
    }

    @Test("What somebody made up is unknown, and ends nothing")
    func forged() throws {
        let (first, link, next, family) = try self.rotated()
        let forged = RefreshToken(
            sessionID: first.sessionID,
            generation: 0,
            secret: first.secret,
            key: RefreshFamily.newSecret()
        )
        #expect(family.verdict(on: forged, link: link, nonce: [], now: self.now) == .unknown)
        let future = RefreshToken(sessionID: first.sessionID, generation: 9, secret: next.secret, key: self.family.key)
        #expect(family.verdict(on: future, link: nil, nonce: [], now: self.now) == .unknown)
        let other = RefreshFamily(sessionID: RecordID(now: .now()), key: self.family.key, generation: 1)
        #expect(other.verdict(on: first, link: link, nonce: [], now: self.now) == .unknown)
        for text in ["", "a", String(repeating: "A", count: 95), String(repeating: "=", count: 96), next.text + "A"] {
            #expect(RefreshToken(text) == nil)
        }
    }

    @Test("The cookie is out of reach of scripts, of other sites and of other paths")
    func cookie() {
        let token = self.family.first(secret: RefreshFamily.newSecret())
        let plain = RefreshCookie.setting(token, seconds: 60, isSecure: false)
        #expect(plain == "films_refresh=\(token.text); Max-Age=60; Path=/api/session; HttpOnly; SameSite=Strict")
        #expect(RefreshCookie.setting(token, seconds: 60, isSecure: true) == plain + "; Secure")
        #expect(RefreshCookie.removing(isSecure: false).hasPrefix("films_refresh=; Max-Age=0; Path=/api/session;"))
    }

    @Test(
        "The token is found among other cookies, in one field or several",
        arguments: ["a=b; %; c", " %;", "films_refresh=x; %", "a=1;%"]
    )
    func reading(form: String) {
        let token = self.family.first(secret: RefreshFamily.newSecret())
        let text = form.replacing("%", with: "films_refresh=\(token.text)")
        #expect(RefreshCookie.token(in: [.cookie: text]) == token)
        var fields = HTTPFields()
        fields.append(HTTPField(name: .cookie, value: "other=1"))
        fields.append(HTTPField(name: .cookie, value: text))
        #expect(RefreshCookie.token(in: fields) == token)
        #expect(RefreshCookie.token(in: [.cookie: text.replacing("films_refresh", with: "films_refreshed")]) == nil)
    }
}

@Suite("Pages of other sites")
struct OriginRuleTests {
    private func isRefused(_ fields: HTTPFields, host: String, isSecure: Bool = false) -> Bool {
        let own = RequestOrigin(
            fields: [:],
            authority: host,
            peer: nil,
            isTrusted: { _ in false },
            isSecure: isSecure
        )
        do {
            try OriginRule.check(fields, at: own)
            return false
        } catch {
            return error.code == .forbidden
        }
    }

    @Test(
        "The own origin, and a request that names none, are let in",
        arguments: [
            ("http://films.example", "films.example"), ("https://films.example", "films.example"),
            ("https://films.example", "FILMS.example"), ("http://127.0.0.1:8090", "127.0.0.1:8090"),
            ("http://[::1]:8090", "[::1]:8090"),
        ]
    )
    func own(origin: String, host: String) {
        #expect(!self.isRefused([.origin: origin], host: host))
        #expect(!self.isRefused([:], host: host))
    }

    @Test(
        "Any other is refused",
        arguments: [
            "null", "", "https://evil.example", "http://films.example.evil.example", "http://films.example:81",
            "http://films.example@evil.example", "films.example", "ftp://films.example",
        ]
    )
    func foreign(origin: String) {
        #expect(self.isRefused([.origin: origin], host: "films.example"))
    }

    @Test("A page over plain HTTP is another site than one over HTTPS; so is what the browser calls so")
    func schemes() throws {
        #expect(self.isRefused([.origin: "http://films.example"], host: "films.example", isSecure: true))
        let site = try #require(HTTPField.Name("Sec-Fetch-Site"))
        #expect(self.isRefused([site: "cross-site"], host: "films.example"))
        #expect(self.isRefused([site: "same-site"], host: "films.example"))
        #expect(!self.isRefused([site: "same-origin"], host: "films.example"))
    }
}
