package import Logging
import NIOCore
package import NIOPosix
import NIOSSL
package import Primitives
import ServiceLifecycle
import Synchronization

/// Keeps the certificate that new connections see, and looks from time to time whether its files were replaced.
///
/// A pair that is whole and belongs together takes effect for new connections; open ones keep theirs. Anything else is logged,
/// and the old pair stays: a renewal that writes one file after the other is met half way now and then.
package final class CertificateWatcher: Service {
    private struct State {
        var loaded: LoadedCertificate
        /// Of the files when they were last read, whatever came of it.
        var stamps: [CertificateFiles.Stamp?]
    }

    private let files: CertificateFiles
    private let options: TLSOptions
    private let reloadInterval: Duration
    private let blockingPool: NIOThreadPool
    private let clock: WallClock
    private let logger: Logger
    private let state: Mutex<State>

    /// Reads the files for the first time. Blocks.
    ///
    /// - Parameters:
    ///   - reloadInterval: how often the files are looked at.
    ///   - blockingPool: threads for reading them.
    /// - Throws: when they cannot be used, naming the setting.
    package init(
        files: CertificateFiles,
        options: TLSOptions,
        reloadInterval: Duration,
        blockingPool: NIOThreadPool,
        clock: @escaping WallClock,
        logger: Logger
    ) throws(CertificateError) {
        self.files = files
        self.options = options
        self.reloadInterval = reloadInterval
        self.blockingPool = blockingPool
        self.clock = clock
        self.logger = logger
        let stamps = files.stamps()
        let loaded = try files.load(options)
        self.state = Mutex(State(loaded: loaded, stamps: stamps))
        self.warn(of: loaded)
    }

    /// For the next connection.
    var context: NIOSSLContext { self.state.withLock { $0.loaded.context } }

    /// Looks at the files until graceful shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: self.reloadInterval)
                await self.reload(onlyIfChanged: true)
            }
        }
    }

    /// Reads the files now. What is wrong with them is logged, and changes nothing.
    ///
    /// - Parameter onlyIfChanged: false also reads files that look as they did the last time.
    package func reload(onlyIfChanged: Bool = false) async {
        let (files, options) = (self.files, self.options)
        let known = self.state.withLock { $0.stamps }
        let outcome = try? await self.blockingPool.runIfActive {
            // Looked at before reading: what changes meanwhile is seen again the next time.
            let stamps = files.stamps()
            guard !onlyIfChanged || stamps != known else { return nil as Reading? }
            do throws(CertificateError) {
                return Reading(stamps: stamps, result: .success(try files.load(options)))
            } catch {
                return Reading(stamps: stamps, result: .failure(error))
            }
        }
        // Nil also while the threads are shutting down.
        guard let reading = outcome ?? nil else { return }
        self.take(reading)
    }

    private struct Reading: Sendable {
        var stamps: [CertificateFiles.Stamp?]
        var result: Result<LoadedCertificate, CertificateError>
    }

    private func take(_ reading: Reading) {
        switch reading.result {
        case .success(let loaded):
            self.state.withLock { $0 = State(loaded: loaded, stamps: reading.stamps) }
            self.logger.notice(
                "Certificate reloaded",
                metadata: ["file": "\(self.files.certificate)", "expires": "\(Self.text(loaded.expiry))"]
            )
            self.warn(of: loaded)
        case .failure(let error):
            self.state.withLock { $0.stamps = reading.stamps }
            self.logger.error(
                "The new certificate cannot be used; the old one stays",
                metadata: ["error": "\(error.message)"]
            )
        }
    }

    private func warn(of loaded: LoadedCertificate) {
        guard loaded.expiry < self.clock().seconds else { return }
        self.logger.warning(
            "The certificate has expired",
            metadata: ["file": "\(self.files.certificate)", "expired": "\(Self.text(loaded.expiry))"]
        )
    }

    private static func text(_ seconds: Int64) -> String { "\(Timestamp(seconds: seconds, nanoseconds: 0))" }
}
