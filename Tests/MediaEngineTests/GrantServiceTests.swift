import Access
import Credentials
import MediaCore
import MediaTesting
import Testing

@testable import MediaEngine

@Suite("Making grants")
struct GrantServiceTests {
    private static let now = Timestamp(seconds: 1_800_000_000, nanoseconds: 5000)
    private static let secret = "a secret of sixteen"

    private static func service(_ secrets: [String] = [secret]) -> GrantService {
        GrantService(
            authority: GrantAuthority(signatureKeys: secrets, catalog: InMemoryCatalog()),
            collections: EngineFixture.collections,
            maximumLifetime: .seconds(3600),
            clock: { Self.now }
        )
    }

    private static func token(_ scopes: String, subject: String? = nil) throws -> Principal {
        .token(subject: subject, scopes: try ScopeSet(token: scopes), end: nil)
    }

    private static func grant(_ request: GrantRequest, for principal: Principal = .open) async throws -> UploadGrant {
        let (text, end) = try await Self.service().make(request, for: principal)
        let grant = try GrantTokens(signatureKeys: [Self.secret]).grant(of: text)
        #expect(grant.end == end)
        return grant
    }

    private static func refusal(
        _ request: GrantRequest,
        for principal: Principal = .open
    ) async -> (MediaError.Code, [String]?)? {
        do {
            _ = try await Self.service().make(request, for: principal)
            return nil
        } catch {
            return (error.code, error.details["member"]?.texts)
        }
    }

    @Test("A grant says what was asked for, and each is another one")
    func members() async throws {
        let request = GrantRequest(
            collection: "documents",
            name: "reports/1.pdf",
            types: ["application/*"],
            maximumSize: 100,
            size: 50,
            sha256: String(repeating: "AB", count: 32),
            expiresIn: 60,
            owner: "ann"
        )
        let grant = try await Self.grant(request)
        #expect(grant.files.description == "documents/reports/1")
        #expect(grant.types == ["application/*"] && grant.maximumSize == 100 && grant.size == 50)
        #expect(grant.digest == Digest(hex: String(repeating: "ab", count: 32)))
        #expect(grant.owner == "ann" && !grant.replaces)
        #expect(grant.end == Timestamp(seconds: 1_800_000_061, nanoseconds: 0))
        #expect(try await Self.grant(request).id != grant.id)
    }

    @Test("Who asks gives away what he has, and no more")
    func rights() async throws {
        let user = GrantRequest(collection: "avatars", name: "user1")
        let folder = GrantRequest(collection: "avatars", namePrefix: "user1/")
        #expect(await Self.refusal(user, for: .anonymous)?.0 == .unauthenticated)
        for scopes in ["", "read:*", "upload:avatars/user2", "replace:avatars/*", "upload:posters/*"] {
            #expect(try await Self.refusal(user, for: Self.token(scopes))?.0 == .forbidden, "\(scopes)")
        }
        #expect(try await Self.refusal(folder, for: Self.token("upload:avatars/user1"))?.0 == .forbidden)
        for scopes in ["upload:avatars/user1", "upload:avatars/*", "upload:*", "manage"] {
            #expect(try await Self.refusal(user, for: Self.token(scopes)) == nil, "\(scopes)")
        }
        #expect(try await Self.refusal(folder, for: Self.token("upload:avatars/user1/*")) == nil)
        let own = Principal.grant(try await Self.grant(user))
        #expect(await Self.refusal(user, for: own)?.0 == .forbidden)
    }

    @Test("Replacing is given away by who has it, without a word where the collection always replaces")
    func replacing() async throws {
        let both = try Self.token("upload:* replace:*")
        let avatar = GrantRequest(collection: "avatars", name: "user1")
        #expect(try await Self.grant(avatar, for: both).replaces)
        #expect(try await !Self.grant(avatar, for: Self.token("upload:*")).replaces)
        #expect(try await !Self.grant(GrantRequest(collection: "avatars", namePrefix: "u"), for: both).replaces)
        #expect(try await !Self.grant(GrantRequest(collection: "videos", name: "1"), for: both).replaces)
        let asked = GrantRequest(collection: "videos", name: "1", replace: true)
        #expect(try await Self.grant(asked, for: both).replaces)
        #expect(try await Self.refusal(asked, for: Self.token("upload:*"))?.0 == .forbidden)
        #expect(
            try await !Self.grant(GrantRequest(collection: "avatars", name: "1", replace: false), for: both).replaces
        )
    }

    @Test("A person is the owner; a service says who is")
    func owners() async throws {
        let request = GrantRequest(collection: "avatars", name: "1", owner: "bob")
        let ann = try Self.token("upload:*", subject: "ann")
        #expect(await Self.refusal(request, for: ann)?.0 == .forbidden)
        #expect(try await Self.grant(GrantRequest(collection: "avatars", name: "1"), for: ann).owner == "ann")
        #expect(try await Self.grant(request, for: Self.token("manage", subject: "ann")).owner == "bob")
        // A token that does not say whose it is speaks for nobody.
        #expect(await Self.refusal(request, for: try Self.token("upload:*"))?.0 == .forbidden)
        let id = try #require(KeyID("abcdefghij23"))
        let service = Principal.key(id, scopes: try ScopeSet([Scope("upload:*")]), end: nil)
        #expect(try await Self.grant(request, for: service).owner == "bob")
    }

    @Test("What cannot be is refused by its member")
    func members400() async throws {
        let cases: [(GrantRequest, MediaError.Code, String?)] = [
            (.init(collection: "documents"), .invalidRequest, "name"),
            (.init(collection: "documents", name: "1", namePrefix: "2"), .invalidRequest, "name"),
            (.init(collection: "nothing", name: "1"), .unknownCollection, nil),
            (.init(collection: "documents", name: "../1"), .invalidName, nil),
            (.init(collection: "documents", name: "1*"), .invalidRequest, "name"),
            (.init(collection: "*", name: "1"), .invalidName, nil),
            (.init(collection: "documents", name: "1", types: []), .invalidRequest, "types"),
            (.init(collection: "documents", name: "1", types: ["pdf"]), .invalidRequest, "types"),
            (.init(collection: "documents", name: "1", types: ["image/png"]), .invalidRequest, "types"),
            (.init(collection: "documents", name: "1", maximumSize: 0), .invalidRequest, "maximumSize"),
            (.init(collection: "documents", name: "1", size: 1 << 40), .invalidRequest, "size"),
            (.init(collection: "documents", name: "1", maximumSize: 5, size: 6), .invalidRequest, "size"),
            (.init(collection: "documents", name: "1", sha256: "ab"), .invalidRequest, "sha256"),
            (.init(collection: "documents", name: "1", expiresIn: 0), .invalidRequest, "expiresIn"),
            (.init(collection: "documents", name: "1", expiresIn: 3601), .invalidRequest, "expiresIn"),
            (.init(collection: "documents", name: "1", owner: ""), .invalidRequest, "owner"),
            (.init(collection: "receipts", name: "1"), .invalidName, nil),
        ]
        for (request, code, member) in cases {
            let refusal = await Self.refusal(request)
            #expect(refusal?.0 == code, "\(request)")
            if let member { #expect(refusal?.1 == [member], "\(request)") }
        }
        #expect(await Self.refusal(.init(collection: "receipts", namePrefix: "")) == nil)
    }

    @Test("Without a configured secret all processes on a database share one")
    func shared() async throws {
        let catalog = InMemoryCatalog()
        let request = GrantRequest(collection: "avatars", name: "1")
        var tokens: [String] = []
        for _ in 0..<2 {
            let service = GrantService(
                authority: GrantAuthority(signatureKeys: [], catalog: catalog),
                collections: EngineFixture.collections,
                maximumLifetime: .seconds(3600),
                clock: { Self.now }
            )
            tokens.append(try await service.make(request, for: .open).token)
        }
        let reader = try await GrantAuthority(signatureKeys: [], catalog: catalog).tokens()
        for token in tokens { #expect(try reader.grant(of: token).files.description == "avatars/1") }
        let other = try await GrantAuthority(signatureKeys: [], catalog: InMemoryCatalog()).tokens()
        #expect(throws: CredentialError.forged) { try other.grant(of: tokens[0]) }
    }
}
