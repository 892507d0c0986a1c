import Access
import Crypto
import Foundation
import MediaCore
import Primitives

private let secret = "a secret of more than thirty-two bytes"
private let key = SymmetricKey(data: Data(secret.utf8))
private let time = Timestamp(seconds: 1_800_000_000, nanoseconds: 0)

/// Keys, tokens and grants: no text traps, none that nobody signed is taken, and what a signed one says keeps to the bounds.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCredential(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    guard let keys = try? KeySet([VerificationKey(secret: secret)]) else { preconditionFailure("no key") }
    let grants = GrantTokens(keys: [Array(secret.utf8)])
    switch input.byte() % 4 {
    case 0:
        let text = input.text
        if let key = APIKey(text) { require(text == "mk_\(key.id)_\(text.suffix(43))", "another key") }
        if let digest = TicketText.digest(of: text) { require(digest.bytes.count == 32, "ticket") }
        require((try? grants.grant(of: text)) == nil, "a grant that nobody signed")
        require((try? TokenVerifier().principal(of: text, keys: keys, at: time)) == nil, "a token that nobody signed")
    case 1: checkToken(signed(head: #"{"alg":"HS256"}"#, claims: input.bytes), keys)
    case 2: checkGrant(signed(head: #"{"alg":"HS256","typ":"grant+jwt"}"#, claims: input.bytes), grants)
    default:
        // A header that somebody chose, behind a good signature.
        let token = signed(head: input.text, claims: Array(#"{"sub":"ann"}"#.utf8))
        checkToken(token, keys)
        require(
            !GrantTokens.isForm(of: token) || (try? TokenVerifier().principal(of: token, keys: keys, at: time)) == nil,
            "both"
        )
    }
    return 0
}

private func checkToken(_ token: String, _ keys: KeySet) {
    guard let principal = try? TokenVerifier().principal(of: token, keys: keys, at: time) else { return }
    require(principal.subject.map(Principal.isSubject) ?? true, "subject")
    require(principal.scopes.scopes.count <= ScopeSet.maximumCount, "scopes")
    require(principal.end.map { time <= $0 } ?? true, "ended")
    require(principal.verifiedBy.map(keys.contains(identity:)) == true, "key")
}

private func checkGrant(_ token: String, _ grants: GrantTokens) {
    guard let grant = try? grants.grant(of: token) else { return }
    require(grant.owner.map(Principal.isSubject) ?? true, "owner")
    require(!grant.id.isEmpty && grant.id.utf8.count <= 64 && !grant.id.utf8.contains(0), "id")
    require(grant.types?.count ?? 0 <= UploadGrant.maximumTypes, "types")
    require(grant.types?.allSatisfy { !$0.utf8.contains(0) } ?? true, "type")
    require(grant.size ?? 1 > 0 && grant.maximumSize ?? 1 > 0, "sizes")
    // What the daemon would write of it is read as the same; it writes whole seconds.
    var whole = grant
    whole.end = Timestamp(seconds: grant.end.seconds, nanoseconds: 0)
    guard let text = grants.token(for: whole), text.utf8.count <= SignedToken.maximumLengthBytes else { return }
    require((try? grants.grant(of: text)) == whole, "not the same: \(whole)")
}

private func signed(head: String, claims: [UInt8]) -> String {
    let signed = "\(Base64URL.encode(Array(head.utf8))).\(Base64URL.encode(claims))"
    return "\(signed).\(Base64URL.encode(HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: key)))"
}
