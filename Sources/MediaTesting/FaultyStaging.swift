package import MediaCore

/// A staging area whose calls, and those on its staged files, fail as a ``FaultPlan`` has it, with `storage_unavailable`.
package struct FaultyStaging: Staging {
    private let base: any Staging
    private let plan: FaultPlan

    /// - Parameters:
    ///   - base: what does the work; every call on it is counted as `store.<method>` or `staged.<method>`.
    ///   - plan: shared by all doubles of a test.
    package init(_ base: any Staging, plan: FaultPlan) {
        self.base = base
        self.plan = plan
    }

    package var owner: String { self.base.owner }

    package func stage() async throws(MediaError) -> any StagedFile {
        var made: (any StagedFile)?
        do throws(MediaError) {
            try await self.perform("stage") { () async throws(MediaError) in made = try await self.base.stage() }
        } catch {
            // The result of a call in this process is never lost without the process: a file that nobody knows of is a crash's alone.
            if !self.plan.isDead { await made?.discard() }
            throw error
        }
        guard let made else { throw MediaError(.internalError, "No file was staged.") }
        return FaultyStagedFile(made, plan: self.plan)
    }

    package func stagedFileExists(owner: String, name: String) async throws(MediaError) -> Bool {
        try await self.perform("stagedFileExists") { () async throws(MediaError) in
            try await self.base.stagedFileExists(owner: owner, name: name)
        }
    }

    package func removeStaged(owner: String, name: String) async throws(MediaError) {
        try await self.perform("removeStaged") { () async throws(MediaError) in
            try await self.base.removeStaged(owner: owner, name: name)
        }
    }

    package func deadOwners() async throws(MediaError) -> [DeadOwner] {
        try await self.perform("deadOwners") { () async throws(MediaError) in try await self.base.deadOwners() }
    }

    package func ownerExists(_ owner: String) async throws(MediaError) -> Bool {
        try await self.perform("ownerExists") { () async throws(MediaError) in try await self.base.ownerExists(owner) }
    }

    package func sweep(owner: String) async throws(MediaError) -> Int {
        try await self.perform("sweep") { () async throws(MediaError) in try await self.base.sweep(owner: owner) }
    }

    package func exclusively<Result: Sendable>(
        _ body: @Sendable () async throws(MediaError) -> Result
    ) async throws(MediaError) -> Result {
        try await self.base.exclusively(body)
    }

    private func perform<Result: Sendable>(
        _ call: String,
        _ body: () async throws(MediaError) -> Result
    ) async throws(MediaError) -> Result {
        try await self.plan.perform("store.\(call)", failingWith: .storageUnavailable, body)
    }
}
