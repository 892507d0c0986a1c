package import MediaCore

/// Decides who may do what: the one place where that is written. Knows no HTTP, no clock and no database.
///
///     let policy = AccessPolicy(visibilities: ["documents": .private])
///     policy.decide(.readFile(FileReference(collection: "documents", name: "1")), for: .anonymous)   // .unauthenticated
///
/// Whether a credential is genuine and not out of date was found out before: a ``Principal`` is somebody who was recognized.
package struct AccessPolicy: Sendable {
    /// Who may read what without a right, by collection.
    private let visibilities: [String: Visibility]

    /// - Parameter visibilities: by collection; one that is not named is public.
    package init(visibilities: [String: Visibility]) { self.visibilities = visibilities }

    /// Who may read the files of a collection without a right.
    package func visibility(of collection: String) -> Visibility { self.visibilities[collection] ?? .public }

    /// Which records somebody may read: a list has those and no others.
    ///
    /// - Returns: nil where it may read all.
    package func readableRecords(for principal: Principal) -> ReadableFiles? {
        let closed = self.visibilities.filter { $0.value != .public }.map(\.key).sorted()
        guard !closed.isEmpty, !principal.mayManage else { return nil }
        let patterns = principal.scopes.patterns(of: .read)
        guard !patterns.contains(.everything) else { return nil }
        return ReadableFiles(
            closedCollections: closed,
            names: patterns.map { ReadableFiles.Names(collection: $0.collection, name: $0.name, isPrefix: $0.isPrefix) }
        )
    }

    /// Whether there is a collection whose records are not everybody's: then nobody is told without a right that there is no such file.
    package var hidesRecords: Bool { self.visibilities.values.contains { $0 != .public } }

    /// Whether somebody may do something.
    package func decide(_ request: AccessRequest, for principal: Principal) -> AccessDecision {
        if case .useUpload(let upload) = request { return Self.using(upload, principal) }
        if case .followUpload(let upload) = request { return Self.following(upload, principal) }
        if principal.mayManage { return .allowed }
        return switch request {
        case .readFile(let file):
            self.reading(file, principal, isOpen: self.visibility(of: file.collection) != .private)
        case .readRecord(let file):
            self.reading(file, principal, isOpen: self.visibility(of: file.collection) == .public)
        case .upload(let collection, let name, let isTaken):
            self.uploading(collection, name?.text, isTaken, principal)
        case .useUpload(let upload): Self.using(upload, principal)
        case .followUpload(let upload): Self.following(upload, principal)
        case .changeRecord(let file): self.changing(file, .replace, principal)
        case .delete(let file): self.changing(file, .delete, principal)
        case .hear(let file):
            principal.scopes.allowsEvents(collection: file.collection, name: file.name)
                ? .allowed : Self.refusal(of: principal, isHidden: true)
        case .link: principal.scopes.allows(.link) ? .allowed : Self.refusal(of: principal)
        case .monitor: principal.scopes.allows(.monitor) ? .allowed : Self.refusal(of: principal)
        case .manage: Self.refusal(of: principal)
        }
    }

    private func reading(_ file: FileReference, _ principal: Principal, isOpen: Bool) -> AccessDecision {
        if isOpen { return .allowed }
        if principal.scopes.allows(.read, collection: file.collection, name: file.name) { return .allowed }
        return Self.refusal(of: principal, isHidden: true)
    }

    /// Who may change a file but not read it is told that there is none where others must not know of it, unless it may change it.
    private func changing(_ file: FileReference, _ action: FileAction, _ principal: Principal) -> AccessDecision {
        if principal.scopes.allows(action, collection: file.collection, name: file.name) { return .allowed }
        let isKnown = self.reading(file, principal, isOpen: self.visibility(of: file.collection) == .public) == .allowed
        return Self.refusal(of: principal, isHidden: !isKnown)
    }

    private func uploading(
        _ collection: String,
        _ name: String?,
        _ isTaken: Bool,
        _ principal: Principal
    ) -> AccessDecision {
        if let grant = principal.grant {
            return grant.covers(collection: collection, name: name) ? .allowed : .forbidden
        }
        let action: FileAction = isTaken ? .replace : .upload
        return principal.scopes.allows(action, collection: collection, name: name)
            ? .allowed : Self.refusal(of: principal)
    }

    /// An upload is its owner's; one that nobody in particular began is whoever's who knows its address, which cannot be guessed.
    ///
    /// A grant is for the one upload that was begun with it, and for no other one of the same owner: it is no proof of who comes.
    /// Where the service is open nobody has proved who he is, so that nobody manages either: what a proxy in front says decides.
    package static func using(_ upload: UploadReference, _ principal: Principal) -> AccessDecision {
        if principal.mayManage, principal.kind != .open { return .allowed }
        if principal.grant != nil {
            return upload.beganWith == principal.credential ? .allowed : Self.refusal(of: principal, isHidden: true)
        }
        if principal.isSubject(upload.owner) { return .allowed }
        if upload.isAddressEnough, !principal.isAuthenticated { return .allowed }
        if let credential = upload.beganWith {
            return credential == principal.credential ? .allowed : Self.refusal(of: principal, isHidden: true)
        }
        return upload.owner == nil ? .allowed : Self.refusal(of: principal, isHidden: true)
    }

    /// Who is told of an upload learns its address. So one that is whoever's who knows the address is nobody's here, unless the service is
    /// open to all: those who ask are told of what they began, by their subject or their key, and who manages of everything.
    private static func following(_ upload: UploadReference, _ principal: Principal) -> AccessDecision {
        let isSomebodys = upload.owner != nil || upload.beganWith != nil
        guard isSomebodys || principal.mayManage, principal.isAuthenticated else {
            return Self.refusal(of: principal, isHidden: true)
        }
        return Self.using(upload, principal)
    }

    private static func refusal(of principal: Principal, isHidden: Bool = false) -> AccessDecision {
        guard principal.isAuthenticated else { return .unauthenticated }
        return isHidden ? .hidden : .forbidden
    }
}
