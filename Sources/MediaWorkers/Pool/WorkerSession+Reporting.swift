import Logging
import MediaCore
import Subprocess
import Synchronization

extension WorkerSession {
    /// Logs what the worker prints, until its process ends.
    func readOutput(_ stream: SubprocessOutputSequence) async {
        do {
            for try await buffer in stream {
                let bytes = buffer.withUnsafeBytes { Array($0) }
                let lines = self.state.withLock { $0.output.append(bytes) }
                for line in lines { self.logger.debug("worker output", metadata: ["line": "\(line)"]) }
            }
        } catch {
            self.logger.debug("worker output lost", metadata: ["error": "\(error)"])
        }
        if let line = self.state.withLock({ $0.output.finish() }) {
            self.logger.debug("worker output", metadata: ["line": "\(line)"])
        }
        self.pool.workerEnded(self.worker)
    }

    func report(_ end: WorkerEnd, status: String, output: [String]) {
        if case .retired = end { return self.logger.debug("worker replaced", metadata: ["status": "\(status)"]) }
        guard !Task.isCancelled else { return }
        self.logger.warning(
            "worker lost",
            metadata: ["reason": "\(end.reason(status))", "output": "\(output.prefix(5).joined(separator: " | "))"]
        )
    }

    func report(_ sandbox: SandboxReport) {
        let facts: Logger.Metadata = [
            "landlock": "\(sandbox.landlockABI.map { "ABI \($0)" } ?? "absent")",
            "seccomp": "\(sandbox.seccomp)",
            "no_new_privileges": "\(sandbox.noNewPrivileges)",
            "address_space": "\(sandbox.addressSpace.map(\.description) ?? "unlimited")",
            "user_id": .stringConvertible(sandbox.userID),
            "wall_time": .stringConvertible(self.pool.limits.wallTimePerJob),
            "cpu_time": .stringConvertible(self.pool.limits.cpuTimePerJob),
        ]
        self.logger.info("worker sandbox in force", metadata: facts)
        if !sandbox.unwritableFormats.isEmpty {
            let formats = sandbox.unwritableFormats.map(\.rawValue).joined(separator: ", ")
            self.logger.warning(
                "no encoder for some picture formats: they are not offered",
                metadata: ["formats": "\(formats)", "advice": "install libheif-plugin-aomenc for AVIF"]
            )
        }
        guard !sandbox.missing.isEmpty else { return }
        self.logger.warning(
            "worker sandbox incomplete",
            metadata: ["missing": "\(sandbox.missing.joined(separator: "; "))"]
        )
    }
}
