import ArgumentParser
import Foundation
import UploadClient

/// The files of one command: sent by ``Uploader``, shown by ``ProgressDisplay``.
struct UploadBatch: Sendable {
    let files: [String]
    let target: UploadTarget
    /// Most files on their way at once.
    let parallel: Int
    /// Whether results are JSON, one object a line.
    let isJSON: Bool

    /// Sends all, and prints the URL of each in the order they were given.
    /// - Throws: `ExitCode(2)` when one failed, after telling why; `CancellationError` when the task was cancelled.
    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let display = ProgressDisplay(redraws: Terminal.canRedraw(environment: environment))
        let uploader = await Uploader(
            target: self.target,
            credential: ServerCredential.current,
            parallel: self.parallel,
            stateFolder: .ofUser(environment, name: "mediad/uploads"),
            temporaryFolder: environment["TMPDIR"] ?? "/tmp",
            observer: UploadReporter(display, jsonOf: self.isJSON ? self.files : nil)
        )
        let outcomes = await uploader.send(self.files)
        if Task.isCancelled { self.sayInterrupted(display, canResumeLater: uploader.canResumeLater) }
        await display.close()
        // Only now that all is said: run again before this, nothing is sent twice.
        if !Task.isCancelled, !outcomes.contains(where: \.isUnfinished) { await uploader.forget(outcomes) }
        await uploader.shutdown()
        try Task.checkCancellation()
        if outcomes.contains(where: { $0.url == nil }) { throw ExitCode(2) }
    }

    private func sayInterrupted(_ display: ProgressDisplay, canResumeLater: Bool) {
        if canResumeLater, self.files.contains(where: { $0 != InputSpool.path }) {
            display.say("interrupted; run the same command again to go on.")
        }
        if self.files.contains(InputSpool.path) {
            display.say("interrupted; standard input cannot be gone on with, send all of it again.")
        }
    }
}
