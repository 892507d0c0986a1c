import ArgumentParser
import AsyncHTTPClient
import Foundation
import MediaCore
import NIOCore
import NIOPosix

/// The files of one command, some at a time. One that fails does not keep the others.
struct UploadBatch: Sendable {
    let files: [String]
    let target: UploadTarget
    /// Most files on their way at once.
    let parallel: Int

    /// Sends all, and prints the address of each in the order they were given.
    /// - Throws: `ExitCode(2)` when one failed, after telling why; `CancellationError` when the task was cancelled.
    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let pool = NIOThreadPool(numberOfThreads: min(self.parallel, 4))
        pool.start()
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: Self.configuration)
        let display = ProgressDisplay(redraws: Terminal.canRedraw(environment: environment))
        let sender = UploadSender(
            client: TusClient(target: self.target, http: http, pool: pool),
            memory: await Self.memory(environment, pool, display),
            display: display,
            pool: pool
        )
        let outcomes = await self.sendAll(sender)
        if Task.isCancelled, sender.memory != nil {
            display.say("interrupted; run the same command again to go on.")
        }
        await display.close()
        // Only now that all is said: run again before this, nothing is sent twice.
        if !Task.isCancelled, !outcomes.contains(where: \.isUnfinished) { await sender.forget(outcomes) }
        try? await http.shutdown()
        try? await pool.shutdownGracefully()
        try Task.checkCancellation()
        if !outcomes.allSatisfy(\.isSent) { throw ExitCode(2) }
    }

    private func sendAll(_ sender: UploadSender) async -> [UploadSender.Outcome] {
        await withTaskGroup(of: (Int, UploadSender.Outcome).self) { group in
            var results = OrderedResults()
            var outcomes: [UploadSender.Outcome] = []
            var rest = self.files.enumerated().makeIterator()
            func sendNext() {
                guard !Task.isCancelled, let (index, path) = rest.next() else { return }
                group.addTask { (index, await sender.send(index, path)) }
            }
            for _ in 0..<self.parallel { sendNext() }
            for await (index, outcome) in group {
                outcomes.append(outcome)
                for line in results.take(index, outcome.address) { sender.display.put(line) }
                sendNext()
            }
            return outcomes
        }
    }

    /// Uploads are still sent where nothing can be remembered; they begin anew when the command is ended.
    private static func memory(
        _ environment: [String: String],
        _ pool: NIOThreadPool,
        _ display: ProgressDisplay
    ) async -> UploadMemory? {
        do {
            return try await pool.runIfActive {
                let memory = try UploadMemory(environment: environment)
                memory.sweep()
                return memory
            }
        } catch {
            let reason = (error as? MediaError)?.message ?? "\(error)"
            display.say("an upload that is cut off will begin anew: \(reason)")
            return nil
        }
    }

    private static var configuration: HTTPClient.Configuration {
        // A server that is silent for a minute, or takes nothing for a minute, is taken for dead: the upload goes on from where
        // it is on another connection.
        var configuration = HTTPClient.Configuration(
            timeout: .init(connect: .seconds(10), read: .seconds(60), write: .seconds(60))
        )
        // The command has its own way of trying again, which says so.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 16
        configuration.redirectConfiguration = .disallow
        return configuration
    }
}
