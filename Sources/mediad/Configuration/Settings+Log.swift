import Logging
import ServiceSupport

extension Settings.Log {
    init(_ reader: SettingsReader) async throws {
        self.level = try await reader.read(
            .choice(
                "log.level",
                default: .info,
                form: "trace, debug, info, notice, warning, error or critical",
                ""
            )
        )
        self.format = try await reader.read(
            .choice("log.format", default: .text, form: "text or json (one object a line, on standard error)", "")
        )
        self.queue = try await reader.read(
            .integer(
                "log.queue",
                default: 8192,
                in: 1...1_000_000,
                """
                Lines that may wait to be written to standard error. No request waits for the log: beyond that, lines \
                are dropped, and a warning says how many.
                """
            )
        )
    }

    /// Makes this the process's logging. Called once.
    func bootstrap() { ProcessLog.bootstrap(level: self.level, format: self.format, capacity: self.queue) }
}
