import Access
import Crypto
import Foundation
import MediaCore
import MediaEngine

// What a request may bring in, asked before anything of it is read.

extension RequestAccess {
    /// Asks whether an upload may go there.
    ///
    /// - Parameters:
    ///   - collection: nil while it is not known, and for a part of a concatenation, which never becomes a file by itself: then a right to
    ///     any upload will do.
    ///   - name: as the client sent it; nil where the daemon chooses.
    /// - Returns: what it may become by the grant, or by the rights, of whoever makes the request.
    /// - Throws: as ``requireUpload(to:name:)``.
    func upload(to collection: String?, name: String?) throws(MediaError) -> UploadConditions {
        try self.requireUpload(to: collection, name: name)
        var conditions = UploadConditions.none
        if let grant = self.principal.grant {
            conditions = grant.conditions
            conditions.isAddressEnough = self.isCredentialInQuery
        } else if let collection {
            (conditions.mayCreate, conditions.mayReplace) = self.uploadRights(to: collection, name: name)
        }
        return conditions
    }
}

extension UploadGrant {
    /// Where an upload goes that leaves out what the grant says anyway.
    ///
    /// A name that the daemon has to choose begins as the grant has it, and is the same each time: whoever begins again means the same
    /// file.
    func completing(collection: String?, name: String?) -> (collection: String?, name: String?) {
        let collection = collection ?? self.files.collection
        guard name == nil else { return (collection, name) }
        guard self.files.isPrefix else { return (collection, self.files.name) }
        guard !self.files.name.isEmpty else { return (collection, nil) }
        let digest = SHA256.hash(data: Data(self.id.utf8)).prefix(16).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        // A letter or digit at the end of the prefix must not be followed by another one: decision 0049.
        let isWord = self.files.name.last?.isLetter == true || self.files.name.last?.isNumber == true
        return (collection, "\(self.files.name)\(isWord ? "-" : "")\(digest.joined())")
    }
}

extension UploadForm {
    /// With what the grant of the request says.
    func completed(by grant: UploadGrant?) -> UploadForm {
        guard let grant else { return self }
        var form = self
        // In a form the name may come later.
        (form.collection, form.name) = grant.completing(collection: self.collection, name: self.name)
        return form
    }
}

extension Upload.Target {
    /// With what the grant of the request says.
    func completed(by grant: UploadGrant?) -> Upload.Target {
        guard let grant else { return self }
        var target = self
        (target.collection, target.name) = grant.completing(collection: self.collection, name: self.name)
        return target
    }
}
