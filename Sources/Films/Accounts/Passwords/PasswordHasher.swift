import Foundation
package import Logging
import NIOPosix
import Primitives
import Synchronization

/// Argon2id on threads of its own, so that sign-ins take neither the event loops nor the cooperative pool, and no more of the machine
/// than so many threads and so much memory each. Whoever comes when too many wait is sent away at once.
package final class PasswordHasher: PasswordHashing {
    private let pool: NIOThreadPool
    private let memoryKiB: UInt32
    private let target: Duration
    /// Hashes that run or wait, at most.
    private let capacity: Int
    private let count = Mutex(0)
    /// Measured at the first use, by whichever thread comes first; the others wait for it.
    private let cost = Mutex<PasswordCost?>(nil)
    /// The dearest cost of any hash so far.
    private let dearest = Mutex<Argon2.Parameters?>(nil)
    private let logger: Logger

    package init(_ settings: AccountSettings, logger: Logger) {
        self.pool = NIOThreadPool(numberOfThreads: settings.passwordThreads)
        self.memoryKiB = UInt32(clamping: max(settings.passwordMemory, AccountSettings.minimumMemory).bytes >> 10)
        self.target = settings.passwordTime
        self.capacity = settings.passwordThreads + settings.passwordQueue
        self.logger = logger
        self.pool.start()
    }

    /// Lets the hashes under way end, and the threads with them.
    package func shutdown() async { try? await self.pool.shutdownGracefully() }

    package func hash(_ password: String) async throws(FilmsError) -> String {
        let bytes = Self.bytes(of: password)
        return try await self.run { cost in try Argon2.hash(bytes, cost.parameters) }
    }

    package func check(_ password: String, against hash: String?) async throws(FilmsError) -> PasswordVerdict {
        let bytes = Self.bytes(of: password)
        return try await self.run { cost in
            let isRight = try Argon2.verify(bytes, against: hash ?? cost.decoy)
            guard isRight, let hash else {
                try self.spendTheRest(on: bytes, after: hash, cost)
                return .wrong
            }
            return .right(replacement: cost.replaces(hash) ? try Argon2.hash(bytes, cost.parameters) : nil)
        }
    }

    /// A hash costs what it was made with, maybe by another setting or on another machine: a name that nobody has must not take another
    /// time than such an account. So a wrong password always costs as much as the dearest hash.
    private func spendTheRest(on bytes: [UInt8], after hash: String?, _ cost: PasswordCost) throws(Argon2.Failure) {
        let spent = hash.flatMap { Argon2.parameters(of: $0) } ?? cost.parameters
        let dearest = self.dearest.withLock { dearest in
            for one in [spent, cost.parameters] where one.work > dearest?.work ?? 0 { dearest = one }
            return dearest
        }
        guard let rest = dearest?.rest(after: spent) else { return }
        _ = try Argon2.hash(bytes, rest)
    }

    private func run<Result: Sendable>(
        _ work: @escaping @Sendable (PasswordCost) throws -> Result
    ) async throws(FilmsError) -> Result {
        let hasRoom = self.count.withLock { count in
            guard count < self.capacity else { return false }
            count += 1
            return true
        }
        guard hasRoom else {
            throw FilmsError(.busy, .tooManySignIns, retryAfter: 2)
        }
        defer { self.count.withLock { $0 -= 1 } }
        do {
            return try await self.pool.runIfActive { try work(try self.measuredCost()) }
        } catch is Argon2.Failure {
            throw FilmsError(.busy, .noMemory, retryAfter: 2)
        } catch {
            throw FilmsError(
                .shuttingDown,
                .stopping,
                retryAfter: 5,
                cause: error
            )
        }
    }

    private func measuredCost() throws(Argon2.Failure) -> PasswordCost {
        try self.cost.withLock { (kept) throws(Argon2.Failure) in
            if let kept { return kept }
            let measured = try PasswordCost.measured(memoryKiB: self.memoryKiB, target: self.target)
            kept = measured
            self.logger.notice(
                "Cost of passwords was measured",
                metadata: [
                    "memoryKiB": "\(measured.parameters.memoryKiB)", "passes": "\(measured.parameters.passes)",
                ]
            )
            return measured
        }
    }

    /// The same text from any keyboard is the same password (RFC 8265 section 4.2.2: NFC, and nothing else is changed).
    private static func bytes(of password: String) -> [UInt8] {
        Array(password.precomposedStringWithCanonicalMapping.utf8)
    }
}
