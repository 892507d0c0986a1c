import CLibpq
import Logging

#if canImport(Glibc)
import Glibc
#endif

/// Owns one `PGconn`. Not thread-safe, like the `PGconn` itself; the actor `Session` confines it.
///
/// Each method is the libpq function of nearly the same name: libpq, sections 34.1, 34.4 and 34.9.
final class LibpqConnection {
    private let pointer: OpaquePointer
    private let notices: NoticeReceiver

    /// Begins to connect. Blocks while a host name is looked up.
    init(_ configuration: PostgresConfiguration, logger: Logger) throws {
        // What comes before dbname gives way to the connection string, what comes after overrides it: `PQconnectStartParams`
        // with expand_dbname.
        var keywords = ["fallback_application_name", "dbname", "client_encoding"]
        var values = [configuration.applicationName, configuration.connectionString, "UTF8"]
        if namesSeveralHosts(configuration.connectionString), getenv("PGTARGETSESSIONATTRS") == nil {
            keywords.insert("target_session_attrs", at: 0)
            values.insert("read-write", at: 0)
        }
        let started = withCStrings(keywords) { keywords in
            withCStrings(values) { values in PQconnectStartParams(keywords, values, 1) }
        }
        guard let started else {
            throw PostgresError(.connectionFailed, "libpq could not allocate a connection")
        }
        pointer = started
        // A failure to connect comes as text alone; verbose, that text holds the SQLSTATE. See `connectFailure`.
        PQsetErrorVerbosity(pointer, PQERRORS_VERBOSE)
        notices = NoticeReceiver(logger: logger)
        // Unretained is safe: `notices` lives as long as this object, and deinit ends the PGconn first.
        PQsetNoticeReceiver(
            pointer,
            { context, result in
                guard let context else { return }
                Unmanaged<NoticeReceiver>.fromOpaque(context).takeUnretainedValue().receive(result)
            },
            Unmanaged.passUnretained(notices).toOpaque()
        )
    }

    deinit {
        PQfinish(pointer)
    }

    var isBad: Bool { PQstatus(pointer) == CONNECTION_BAD || notices.sessionEnded }
    var socket: Int32 { PQsocket(pointer) }
    var isBusy: Bool { PQisBusy(pointer) != 0 }
    var transactionStatus: PGTransactionStatusType { PQtransactionStatus(pointer) }
    var processID: Int32 { PQbackendPID(pointer) }

    /// libpq's last words, on one line.
    var errorMessage: String {
        guard let message = PQerrorMessage(pointer) else { return "" }
        let lines = String(cString: message).split(whereSeparator: \.isNewline)
        // The place in the server's source code, which only a verbose message has.
        return lines.filter { !$0.hasPrefix("LOCATION:") }.joined(separator: "; ")
    }

    func connectPoll() -> PostgresPollingStatusType { PQconnectPoll(pointer) }

    /// What `connectPoll` has failed with.
    var connectFailure: PostgresError {
        var error = PostgresError(.connectionFailed, errorMessage)
        error.sqlState = sqlState(inVerboseMessage: errorMessage)
        return error
    }

    /// Ends the phase of connecting.
    func setNonBlocking() -> Bool {
        PQsetErrorVerbosity(pointer, PQERRORS_DEFAULT)
        return PQsetnonblocking(pointer, 1) == 0
    }

    func consumeInput() -> Bool { PQconsumeInput(pointer) != 0 }

    /// 0 when all is sent, 1 when the socket is full, -1 when the connection is broken.
    func flush() -> Int32 { PQflush(pointer) }

    func nextResult() -> ResultStorage? { PQgetResult(pointer).map { ResultStorage(owning: $0) } }

    func send(script: String) -> Bool { PQsendQuery(pointer, script) != 0 }

    func sendPrepare(_ statement: BoundStatement, name: String) -> Bool {
        PQsendPrepare(pointer, name, statement.sql, Int32(statement.types.count), statement.types) != 0
    }

    func sendExecute(_ statement: BoundStatement, name: String) -> Bool {
        statement.withPointers { values, lengths, formats in
            PQsendQueryPrepared(pointer, name, Int32(statement.types.count), values, lengths, formats, 1) != 0
        }
    }

    func makeCancellation() -> CancelRequest? { PQgetCancel(pointer).map { CancelRequest(owning: $0) } }

    func nextNotification() -> PostgresNotification? {
        guard let notify = PQnotifies(pointer) else { return nil }
        defer { PQfreemem(notify) }
        return .received(
            channel: String(cString: notify.pointee.relname),
            payload: String(cString: notify.pointee.extra),
            processID: notify.pointee.be_pid
        )
    }

    /// Whether the socket has something to read, the end of the stream included, without waiting.
    var hasInput: Bool { hasInput(withinMilliseconds: 0) }

    /// The same, after a wait that blocks this thread.
    func hasInput(withinMilliseconds patience: Int32) -> Bool {
        var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, patience) > 0
    }
}

/// Whether a connection string has a list of hosts: libpq, section 34.1.1.3 "Specifying Multiple Hosts".
///
/// Of several, one that only reads is of no use to a client that writes, so `target_session_attrs` is `read-write` unless the
/// string says otherwise.
func namesSeveralHosts(_ connectionString: String) -> Bool {
    guard let options = PQconninfoParse(connectionString, nil) else { return false }
    defer { PQconninfoFree(options) }
    var option = options
    while let keyword = option.pointee.keyword {
        if let value = option.pointee.val, ["host", "hostaddr"].contains(String(cString: keyword)),
            String(cString: value).contains(",")
        {
            return true
        }
        option += 1
    }
    return false
}

/// The last SQLSTATE in a message like `... failed: FATAL:  57P03: the database system is starting up`.
///
/// The words are in the server's language, so only the form counts: two spaces, five digits or capitals with a digit among
/// them, a colon. libpq, section 34.11, `PQsetErrorVerbosity`.
func sqlState(inVerboseMessage message: String) -> String? {
    message.split(separator: ": ").reduce(nil) { found, part in
        guard part.utf8.count == 6, part.first == " " else { return found }
        let code = part.dropFirst()
        let isCode = code.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
        return isCode && code.contains(where: \.isNumber) ? String(code) : found
    }
}

/// Lends a NULL-terminated array of C strings.
private func withCStrings<Result>(
    _ strings: [String],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
) -> Result {
    var block: [CChar] = []
    var offsets: [Int] = []
    for string in strings {
        offsets.append(block.count)
        block.append(contentsOf: string.utf8CString)
    }
    return block.withUnsafeBufferPointer { block in
        var pointers = offsets.map { offset in block.baseAddress.map { $0 + offset } }
        pointers.append(nil)
        return body(pointers)
    }
}
