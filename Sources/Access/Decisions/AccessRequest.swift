package import MediaCore

/// What somebody wants to do, in the words of the rules: not of HTTP, and without looking anything up.
package enum AccessRequest: Hashable, Sendable {
    /// To read a file's bytes, or what is made from them, at its address.
    case readFile(FileReference)
    /// To read a file's record, or find it in a list.
    case readRecord(FileReference)
    /// To begin an upload. `isTaken`: a file has the name already.
    case upload(collection: String, name: MediaName?, isTaken: Bool)
    /// To go on with an upload, ask about it, or end it.
    case useUpload(UploadReference)
    /// To be told how far an upload has come, and with that its address.
    case followUpload(UploadReference)
    /// To change what a record says of a file.
    case changeRecord(FileReference)
    /// To delete a file.
    case delete(FileReference)
    /// To hear what changes about a file.
    case hear(FileReference)
    /// To say what uses which file.
    case link
    /// To read what the service counts.
    case monitor
    /// To do what only whoever runs the service may.
    case manage
}

/// The parts of a file's record that decide who may do what with it.
package struct FileReference: Hashable, Sendable {
    /// The collection.
    package var collection: String
    /// The name as stored, without the extension.
    package var name: String

    package init(collection: String, name: String) {
        self.collection = collection
        self.name = name
    }

    /// A file that is there.
    package init(_ file: MediaFile) { self.init(collection: file.collection, name: file.name.text) }

    /// The file that an address means, whether there is one or not.
    package init(_ path: MediaPath) {
        self.collection = path.collection
        let text = path.segments.dropFirst().joined(separator: "/")
        self.name = (try? MediaName(validating: text))?.text ?? text
    }
}

/// The parts of an upload's record that decide who may use it.
package struct UploadReference: Hashable, Sendable {
    /// The person that it belongs to; nil: nobody in particular.
    package var owner: String?
    /// The grant, or the key, that it was begun with; nil where there was neither.
    package var beganWith: Principal.Credential?
    /// Whether whoever knows its address may use it without saying who that is.
    package var isAddressEnough: Bool

    package init(owner: String?, beganWith: Principal.Credential?, isAddressEnough: Bool = false) {
        self.owner = owner
        self.beganWith = beganWith
        self.isAddressEnough = isAddressEnough
    }
}
