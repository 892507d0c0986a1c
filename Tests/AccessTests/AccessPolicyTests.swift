import Access
import MediaCore
import Primitives
import Testing

@Suite("Access: decisions")
struct AccessPolicyTests {
    private static let policy = AccessPolicy(visibilities: ["unlisted": .unlisted, "private": .private])

    private static func token(_ scopes: String, subject: String? = "ann") throws -> Principal {
        .token(subject: subject, scopes: try ScopeSet(token: scopes), end: nil)
    }

    @Test("who may read a file's bytes, and its record, depends on the collection")
    func reading() throws {
        let stranger = try Self.token("")
        for (collection, bytes, record): (String, AccessDecision, AccessDecision) in [
            ("public", .allowed, .allowed), ("unlisted", .allowed, .hidden), ("private", .hidden, .hidden),
        ] {
            let file = FileReference(collection: collection, name: "1")
            #expect(Self.policy.decide(.readFile(file), for: stranger) == bytes)
            #expect(Self.policy.decide(.readRecord(file), for: stranger) == record)
            let anonymous = Self.policy.decide(.readRecord(file), for: .anonymous)
            #expect(anonymous == (record == .allowed ? .allowed : .unauthenticated))
            let reader = try Self.token("read:\(collection)/*")
            #expect(Self.policy.decide(.readFile(file), for: reader) == .allowed)
            #expect(Self.policy.decide(.readRecord(file), for: reader) == .allowed)
        }
    }

    @Test("a name that is taken needs another right than a free one")
    func replacing() throws {
        let name = try MediaName(validating: "user1")
        let uploader = try Self.token("upload:avatars/user1*")
        let replacer = try Self.token("replace:avatars/user1*")
        func decide(_ isTaken: Bool, _ principal: Principal) -> AccessDecision {
            Self.policy.decide(.upload(collection: "avatars", name: name, isTaken: isTaken), for: principal)
        }
        #expect(decide(false, uploader) == .allowed)
        #expect(decide(true, uploader) == .forbidden)
        #expect(decide(true, replacer) == .allowed)
        #expect(decide(false, replacer) == .forbidden)
        #expect(decide(false, .anonymous) == .unauthenticated)
        #expect(decide(true, .open) == .allowed)
    }

    @Test("whoever may not know of a file learns nothing when he would delete it")
    func deleting() throws {
        let hidden = FileReference(collection: "private", name: "1")
        let shown = FileReference(collection: "public", name: "1")
        #expect(Self.policy.decide(.delete(hidden), for: try Self.token("")) == .hidden)
        #expect(Self.policy.decide(.delete(hidden), for: try Self.token("read:private/1")) == .forbidden)
        #expect(Self.policy.decide(.delete(hidden), for: try Self.token("delete:private/*")) == .allowed)
        #expect(Self.policy.decide(.delete(shown), for: try Self.token("")) == .forbidden)
        #expect(Self.policy.decide(.delete(shown), for: .anonymous) == .unauthenticated)
    }

    @Test("a grant is for its name in its collection, and for nothing else")
    func grants() throws {
        let grant = try #require(
            UploadGrant(id: "1", files: try NamePattern("avatars/user1"), owner: "ann", end: Timestamp(microseconds: 0))
        )
        let holder = Principal.grant(grant)
        func decide(_ collection: String, _ name: String?) throws -> AccessDecision {
            let name = try name.map { try MediaName(validating: $0) }
            return Self.policy.decide(.upload(collection: collection, name: name, isTaken: true), for: holder)
        }
        #expect(try decide("avatars", "user1.png") == .allowed)
        #expect(try decide("avatars", "user12") == .forbidden)
        #expect(try decide("avatars", nil) == .forbidden)
        #expect(try decide("posters", "user1") == .forbidden)
        let file = FileReference(collection: "avatars", name: "user1")
        #expect(Self.policy.decide(.delete(file), for: holder) == .forbidden)
        #expect(Self.policy.decide(.manage, for: holder) == .forbidden)
        #expect(UploadGrant(id: "1", files: .everything, end: grant.end) == nil)
    }

    @Test("who hears how far an upload has come is somebody it belongs to, not whoever could use it by its address")
    func following() throws {
        func decide(_ upload: UploadReference, _ principal: Principal) -> AccessDecision {
            Self.policy.decide(.followUpload(upload), for: principal)
        }
        let (anns, nobodys) = (
            UploadReference(owner: "ann", beganWith: nil), UploadReference(owner: nil, beganWith: nil)
        )
        let forms = UploadReference(owner: nil, beganWith: .grant(id: "1"), isAddressEnough: true)
        #expect(decide(anns, try Self.token("", subject: "ann")) == .allowed)
        #expect(decide(anns, try Self.token("", subject: "bob")) == .hidden)
        #expect(decide(nobodys, try Self.token("", subject: "bob")) == .hidden)
        #expect(decide(nobodys, .anonymous) == .unauthenticated)
        #expect(decide(forms, .anonymous) == .unauthenticated)
        for upload in [anns, nobodys, forms] {
            #expect(decide(upload, try Self.token("manage", subject: "bob")) == .allowed)
        }
        #expect(decide(nobodys, .open) == .allowed)
        #expect(decide(anns, .open) == .hidden)
        #expect(decide(anns, .open.acting(for: "ann")) == .allowed)
    }

    @Test("an upload is its owner's; others learn nothing of it")
    func uploads() throws {
        let anns = UploadReference(owner: "ann", beganWith: nil)
        #expect(Self.policy.decide(.useUpload(anns), for: try Self.token("")) == .allowed)
        #expect(Self.policy.decide(.useUpload(anns), for: try Self.token("", subject: "bob")) == .hidden)
        #expect(Self.policy.decide(.useUpload(anns), for: .anonymous) == .unauthenticated)
        #expect(Self.policy.decide(.useUpload(anns), for: try Self.token("manage", subject: "bob")) == .allowed)
        let key = try #require(KeyID("abcdefgh2345"))
        let other = try #require(KeyID("abcdefgh2346"))
        let keys = UploadReference(owner: nil, beganWith: .key(key))
        #expect(Self.policy.decide(.useUpload(keys), for: .key(key, scopes: .none, end: nil)) == .allowed)
        #expect(Self.policy.decide(.useUpload(keys), for: .key(other, scopes: .none, end: nil)) == .hidden)
        let forms = UploadReference(owner: "ann", beganWith: .grant(id: "1"), isAddressEnough: true)
        #expect(Self.policy.decide(.useUpload(forms), for: .anonymous) == .allowed)
        #expect(Self.policy.decide(.useUpload(forms), for: try Self.token("", subject: "bob")) == .hidden)
        #expect(Self.policy.decide(.useUpload(anns), for: .open) == .hidden)
        #expect(Self.policy.decide(.useUpload(anns), for: .open.acting(for: "ann")) == .allowed)
        #expect(try Self.token("", subject: "ann").acting(for: "bob").subject == "ann")
        for credential in [Principal.Credential.key(key), .grant(id: "a:b")] {
            #expect(Principal.Credential(credential.text) == credential)
        }
        #expect(Principal.Credential("key:short") == nil && Principal.Credential("x") == nil)
        let nobodys = UploadReference(owner: nil, beganWith: nil)
        #expect(Self.policy.decide(.useUpload(nobodys), for: .anonymous) == .allowed)
    }

    @Test("two grants of one owner do not use each other's uploads; the owner uses both")
    func grantsOfOneOwner() throws {
        func grant(_ id: String) throws -> Principal {
            let grant = UploadGrant(
                id: id,
                files: try NamePattern("avatars/\(id)"),
                owner: "ann",
                end: Timestamp(microseconds: 0)
            )
            return .grant(try #require(grant))
        }
        let upload = UploadReference(owner: "ann", beganWith: .grant(id: "1"))
        #expect(Self.policy.decide(.useUpload(upload), for: try grant("1")) == .allowed)
        #expect(Self.policy.decide(.useUpload(upload), for: try grant("2")) == .hidden)
        #expect(Self.policy.decide(.useUpload(upload), for: try Self.token("", subject: "ann")) == .allowed)
        // What the person began with a token is no grant's, and a name that a proxy gives does not help one.
        let own = UploadReference(owner: "ann", beganWith: nil)
        #expect(Self.policy.decide(.useUpload(own), for: try grant("1")) == .hidden)
        let proxied = try NamePattern("avatars/3")
        let nobody = Principal.grant(try #require(UploadGrant(id: "3", files: proxied, end: .init(microseconds: 0))))
        #expect(Self.policy.decide(.useUpload(upload), for: nobody.acting(for: "ann")) == .hidden)
    }

    @Test("spellings of a name are different people")
    func spellings() throws {
        let composed = UploadReference(owner: "\u{E9}", beganWith: nil)
        #expect(Self.policy.decide(.useUpload(composed), for: try Self.token("", subject: "\u{E9}")) == .allowed)
        #expect(Self.policy.decide(.useUpload(composed), for: try Self.token("", subject: "e\u{301}")) == .hidden)
    }

    @Test("what concerns the service needs the right to it")
    func service() throws {
        for (request, scope): (AccessRequest, String) in [(.link, "link"), (.monitor, "monitor"), (.manage, "manage")] {
            #expect(Self.policy.decide(request, for: try Self.token(scope)) == .allowed)
            #expect(Self.policy.decide(request, for: try Self.token("read:*")) == .forbidden)
            #expect(Self.policy.decide(request, for: .anonymous) == .unauthenticated)
        }
    }
}
