import HTTPServing
import NIOCore
import Primitives

/// Becoming a member, changing one's account, and leaving.
struct AccountService: Sendable {
    let accounts: AccountStore
    let sessions: SessionService
    let passwords: any PasswordHashing
    let files: any FileDirectory
    let limits: AttemptLimits
    let clock: WallClock

    /// Makes an account.
    ///
    /// - Parameter address: what attempts are counted by.
    /// - Throws: ``FilmsError`` `validation_failed`, `username_taken`, `email_taken`, `id_taken`, `gone`, `rate_limited`, `busy`.
    func create(_ body: RequestBody, from address: String) async throws(FilmsError) -> Creation.FirstResponse {
        let now = self.clock()
        var reader = FieldReader(body)
        let id = try reader.newID(now: now)
        let username = try AccountFields.username(&reader, isRequired: true)
        let email = try AccountFields.email(&reader, isRequired: true)
        let password = try AccountFields.newPassword(&reader, body, isRequired: true)
        try reader.finish()
        guard let id, let username, let email, let password else { throw Self.incomplete }
        return try await self.limits.creation.counting(address) { () async throws(FilmsError) in
            try await self.insert(id, username, email, password, body, at: now)
        }
    }

    private func insert(
        _ id: RecordID,
        _ username: AccountFields.Username,
        _ email: AccountFields.Email,
        _ password: String,
        _ body: RequestBody,
        at now: Timestamp
    ) async throws(FilmsError) -> Creation.FirstResponse {
        let hash = try await self.passwords.hash(password)
        // The digest of a body is kept, and quickly made: a password must not be in it. It is compared by its own hash.
        var members = body.members
        members["password"] = nil
        let creation = Creation(id, of: "account", by: nil, body: RequestBody(members: members))
        let account = AccountStore.NewAccount(id: id, username: username, email: email, passwordHash: hash)
        let (response, isFirst) = try await self.accounts.database.transaction { connection in
            if let first = try await creation.claim(on: connection) { return (first, false) }
            try await AccountStore.insert(account, now: now, on: connection)
            let record = try await AccountStore.record(of: id, on: connection)
            let response = Creation.FirstResponse(body: String(buffer: try JSON.encode(record)))
            try await creation.keep(response, on: connection)
            return (response, true)
        }
        if !isFirst { try await self.compare(password, of: id) }
        return response
    }

    /// Whether who repeats a creation knows the password.
    private func compare(_ password: String, of id: RecordID) async throws(FilmsError) {
        guard let kept = try await self.accounts.credentials(of: id) else { throw FilmsError.gone }
        do {
            try await self.sessions.prove(password, is: kept.passwordHash, of: id)
        } catch {
            throw error.code == .invalidCredentials ? FilmsError.idTaken : error
        }
    }

    /// Changes the person's own account.
    ///
    /// A new password needs the present one, and ends all other sessions. A member with the value that is there already makes no new version.
    func change(_ body: RequestBody, by caller: Caller) async throws(FilmsError) -> AccountRecord {
        var reader = FieldReader(body)
        // None of them can be taken away, so null is no value.
        let username = try AccountFields.username(&reader, isRequired: reader.has("username"))
        let email = try AccountFields.email(&reader, isRequired: reader.has("email"))
        let password = try AccountFields.newPassword(&reader, body, isRequired: reader.has("password"))
        let current = try AccountFields.password("currentPassword", &reader, body, isRequired: password != nil)
        let preferences = try PreferencesChange(&reader, body)
        let hasAvatar = reader.has("avatarFileId")
        let avatar = try reader.id("avatarFileId")
        try reader.finish()
        if let avatar, try await self.accounts.record(of: caller.accountID).avatarFileID != avatar {
            try await self.files.file(avatar, for: .avatar, of: caller.accountID, field: "avatarFileId")
        }
        let hash = try await self.newHash(password, current, of: caller.accountID)
        let (record, ended) = try await self.accounts.database.transaction { connection in
            let old = try await AccountStore.record(of: caller.accountID, isForUpdate: true, on: connection)
            let change = AccountStore.Change(
                username: username?.text == old.username ? nil : username,
                email: email?.text == old.email ? nil : email,
                passwordHash: hash,
                preferences: preferences.applied(to: old.preferences),
                avatarFileID: hasAvatar ? avatar : old.avatarFileID
            )
            guard change.changes(old) else { return (old, [RecordID]()) }
            let record = try await AccountStore.update(old, by: change, on: connection)
            guard hash != nil else { return (record, [RecordID]()) }
            let ended = try await SessionStore.endOthers(
                of: caller.accountID,
                but: caller.sessionID,
                on: connection
            )
            return (record, ended)
        }
        self.sessions.ended.insert(ended)
        return record
    }

    /// Erases the account. Its films stay.
    /// - Throws: ``FilmsError`` `invalid_credentials`, as 403.
    func delete(_ body: RequestBody, by caller: Caller) async throws(FilmsError) {
        var reader = FieldReader(body)
        let password = try AccountFields.password("password", &reader, body)
        try reader.finish()
        guard let password, let account = try await self.accounts.credentials(of: caller.accountID) else {
            throw Self.incomplete
        }
        try await self.sessions.prove(password, is: account.passwordHash, of: account.id)
        let ended = try await self.accounts.database.transaction { connection in
            try await AccountStore.erase(account.id, on: connection)
        }
        self.sessions.ended.insert(ended)
    }

    private func newHash(_ new: String?, _ current: String?, of id: RecordID) async throws(FilmsError) -> String? {
        guard let new, let current else { return nil }
        guard let account = try await self.accounts.credentials(of: id) else { throw Self.incomplete }
        try await self.sessions.prove(current, is: account.passwordHash, of: id)
        return try await self.passwords.hash(new)
    }

    private static let incomplete = FilmsError(.unauthenticated, .accountDeleted)
}

extension AccountStore.Change {
    fileprivate func changes(_ old: AccountRecord) -> Bool {
        self.username != nil || self.email != nil || self.passwordHash != nil || self.preferences != old.preferences
            || self.avatarFileID != old.avatarFileID
    }
}

/// Which preferences a request names.
private struct PreferencesChange: Sendable {
    private var language: Language??
    private var theme: AccountRecord.Theme??

    /// `preferences` is an object; of it, too, only what is named changes, and null takes a choice back.
    init(_ reader: inout FieldReader, _ body: RequestBody) throws(FilmsError) {
        switch body.members["preferences"] ?? .null {
        case .null:
            if reader.has("preferences") { reader.note(FieldProblem("preferences", .required, .missing)) }
        case .object(let members):
            var inner = FieldReader(RequestBody(members: members))
            if inner.has("language") {
                self.language = .some(try inner.choice("language", of: Language.self))
            }
            if inner.has("theme") { self.theme = .some(try inner.choice("theme", of: AccountRecord.Theme.self)) }
            do {
                try inner.finish()
            } catch {
                for problem in error.wrongFields {
                    reader.note(problem.inside("preferences"))
                }
            }
        default: throw FieldReader.wrongType("preferences", .mustBeObject)
        }
    }

    func applied(to old: AccountRecord.Preferences) -> AccountRecord.Preferences {
        AccountRecord.Preferences(language: self.language ?? old.language, theme: self.theme ?? old.theme)
    }
}
