import CLibpq
import Logging

/// Takes the server's NOTICE and WARNING messages into the log, which libpq would print to stderr.
///
/// libpq calls it from inside its own functions, so on the queue of the connection: libpq, section 34.13.
final class NoticeReceiver {
    private let logger: Logger
    /// Set when the server said, outside of any statement, that it ends this session.
    private(set) var sessionEnded = false

    init(logger: Logger) {
        self.logger = logger
    }

    /// The result belongs to libpq and is freed after the call.
    func receive(_ result: OpaquePointer?) {
        func field(_ field: ResultStorage.ErrorField) -> String {
            PQresultErrorField(result, field.rawValue).map { String(cString: $0) } ?? ""
        }
        let severity = field(.severity)
        if severity == "FATAL" || severity == "PANIC" { sessionEnded = true }
        logger.debug(
            "PostgreSQL notice",
            metadata: [
                "severity": "\(severity)", "sqlstate": "\(field(.sqlState))", "notice": "\(field(.message))",
            ]
        )
    }
}
