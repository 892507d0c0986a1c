import Access
import MediaCore
import Primitives

/// What stands in a grant.
struct GrantClaims: Codable {
    var jti: String
    var exp: Double
    var sub: String?
    var grant: Members

    /// The members of `grant`; those of `POST /api/grants` have the same names.
    struct Members: Codable {
        var collection: String
        var name: String?
        var namePrefix: String?
        var types: [String]?
        var maximumSize: Int64?
        var size: Int64?
        var sha256: String?
        var replace: Bool?
    }

    init(_ grant: UploadGrant) {
        self.jti = grant.id
        self.exp = Double(grant.end.seconds)
        self.sub = grant.owner
        self.grant = Members(
            collection: grant.files.collection ?? "",
            name: grant.files.isPrefix ? nil : grant.files.name,
            namePrefix: grant.files.isPrefix ? grant.files.name : nil,
            types: grant.types,
            maximumSize: grant.maximumSize,
            size: grant.size,
            sha256: grant.digest?.hex,
            replace: grant.replaces ? true : nil
        )
    }

    /// The grant, its parts checked.
    func checkedGrant() throws(CredentialError) -> UploadGrant {
        guard (1...UploadGrant.maximumIDLengthBytes).contains(self.jti.utf8.count), !self.jti.utf8.contains(0) else {
            throw .unusable("A grant's jti has 1 to \(UploadGrant.maximumIDLengthBytes) bytes, and no U+0000.")
        }
        guard self.sub.map(Principal.isSubject) ?? true else { throw .unusableSubject }
        return try self.grant.checked(
            id: self.jti,
            owner: self.sub,
            end: Timestamp(claimed: self.exp, leewaySeconds: 0)
        )
    }
}

extension GrantClaims.Members {
    func checked(id: String, owner: String?, end: Timestamp) throws(CredentialError) -> UploadGrant {
        guard self.types?.count ?? 0 <= UploadGrant.maximumTypes,
            self.types?.allSatisfy(UploadGrant.isTypePattern) ?? true
        else {
            throw .unusable("A grant names at most \(UploadGrant.maximumTypes) types, such as image/png or image/*.")
        }
        guard (self.maximumSize ?? 1) > 0, (self.size ?? 1) > 0 else {
            throw .unusable("The sizes of a grant are numbers of bytes above 0.")
        }
        var digest: Digest?
        if let text = self.sha256 {
            digest = Digest(hex: text)
            if digest == nil { throw .unusable("A grant's sha256 has 64 hexadecimal digits.") }
        }
        let grant = UploadGrant(
            id: id,
            files: try self.files(),
            types: self.types,
            maximumSize: self.maximumSize,
            size: self.size,
            digest: digest,
            replaces: self.replace ?? false,
            owner: owner,
            end: end
        )
        guard let grant else { throw .unusable("A grant is for one collection.") }
        return grant
    }

    private func files() throws(CredentialError) -> NamePattern {
        let text: String
        switch (self.name, self.namePrefix) {
        case (let name?, nil): text = "\(self.collection)/\(name)"
        case (nil, let prefix?): text = "\(self.collection)/\(prefix)*"
        default: throw .unusable("A grant has either name or namePrefix.")
        }
        do { return try NamePattern(text) } catch { throw .unusable("\(error)") }
    }
}
