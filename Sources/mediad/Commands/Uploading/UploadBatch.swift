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
        let sender = Sender(
            client: TusClient(target: self.target, http: http, pool: pool),
            memory: await Self.memory(environment, pool, display),
            display: display,
            pool: pool
        )
        let isAllSent = await self.sendAll(sender)
        if Task.isCancelled, sender.memory != nil {
            display.say("interrupted; run the same command again to go on.")
        }
        await display.close()
        try? await http.shutdown()
        try? await pool.shutdownGracefully()
        try Task.checkCancellation()
        if !isAllSent { throw ExitCode(2) }
    }

    private func sendAll(_ sender: Sender) async -> Bool {
        await withTaskGroup(of: (Int, String?).self) { group in
            var results = OrderedResults()
            var isAllSent = true
            var rest = self.files.enumerated().makeIterator()
            func sendNext() {
                guard !Task.isCancelled, let (index, path) = rest.next() else { return }
                group.addTask { (index, await sender.send(index, path)) }
            }
            for _ in 0..<self.parallel { sendNext() }
            for await (index, address) in group {
                if address == nil { isAllSent = false }
                for line in results.take(index, address) { sender.display.put(line) }
                sendNext()
            }
            return isAllSent
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

/// What sends one file of a batch.
private struct Sender: Sendable {
    let client: TusClient
    let memory: UploadMemory?
    let display: ProgressDisplay
    let pool: NIOThreadPool

    /// - Returns: the file's address; nil when it failed, which the user has been told then.
    func send(_ id: Int, _ path: String) async -> String? {
        let began = ContinuousClock.now
        do {
            let (client, memory) = (self.client, self.memory)
            let (file, remembered) = try await self.pool.runIfActive {
                let file = try LocalFile(path: path)
                return (file, try Self.take(file, memory, client.target))
            }
            self.display.begin(id, ProgressLine(label: file.name, total: file.size))
            let transfer = UploadTransfer(
                id: id,
                file: file,
                memory: remembered,
                client: client,
                display: self.display,
                pool: self.pool
            )
            let address = try await transfer.run()
            self.display.end(id, after: began.duration(to: .now))
            return address
        } catch {
            self.display.end(id)
            if !Task.isCancelled { self.display.say((error as? MediaError)?.message ?? "\(path): \(error)") }
            return nil
        }
    }

    private static func take(
        _ file: LocalFile,
        _ memory: UploadMemory?,
        _ target: UploadTarget
    ) throws(MediaError) -> RememberedUpload? {
        do throws(MediaError) {
            return try memory?.take(UploadKey(file, target))
        } catch  where error.code == .busy {
            throw MediaError(.busy, "\(file.path) \(error.message)")
        }
    }
}
