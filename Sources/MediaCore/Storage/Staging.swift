/// Storage port: files that are being written, each process's in a folder of its own, on this machine.
///
/// Every method does its work off the event loops and the cooperative pool. All throw ``MediaError``: `storage_full`,
/// `storage_unavailable`, and what each method names.
///
///     let staged = try await staging.stage()
///     do {
///         try await staged.append(bytes)
///         …
///     } catch {
///         await staged.discard()    // whoever staged it removes it, or publishes it
///         throw error
///     }
package protocol Staging: Sendable {
    /// The name of this process's folder in `staging/`.
    var owner: String { get }

    /// Makes an empty file in the staging area.
    func stage() async throws(MediaError) -> any StagedFile

    /// The staged file of an intent, if it is still there.
    func stagedFileExists(owner: String, name: String) async throws(MediaError) -> Bool

    /// Removes one staged file; not an error when it is gone.
    func removeStaged(owner: String, name: String) async throws(MediaError)

    /// Owners whose process is gone.
    func deadOwners() async throws(MediaError) -> [DeadOwner]

    /// True while the owner's folder is there, whether its process lives or not.
    func ownerExists(_ owner: String) async throws(MediaError) -> Bool

    /// Removes a dead owner's folder with all that is left in it, and returns how many files that were.
    func sweep(owner: String) async throws(MediaError) -> Int

    /// Runs `body` while no other process or task does the same on this storage root. Waits for its turn, within bounds.
    /// - Throws: `busy` when the turn does not come.
    func exclusively<Result: Sendable>(
        _ body: @Sendable () async throws(MediaError) -> Result
    ) async throws(MediaError) -> Result
}

/// A process that is gone, and what it left.
package struct DeadOwner: Sendable, Hashable {
    /// Its ``Staging/owner``.
    package var name: String
    /// Files in its staging folder.
    package var stagedFiles: Int

    /// - Parameter stagedFiles: how many lie in its staging folder.
    package init(name: String, stagedFiles: Int) {
        self.name = name
        self.stagedFiles = stagedFiles
    }
}
