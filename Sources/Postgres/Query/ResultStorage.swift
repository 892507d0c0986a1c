import CLibpq

/// Owns one `PGresult`, which all rows of it share.
///
/// A row that is kept keeps the whole result in memory.
final class ResultStorage: Sendable {
    /// One column of the result.
    struct Column: Sendable {
        let name: String
        let type: PostgresType
    }

    // Proof for nonisolated(unsafe): after PQgetResult nobody writes to it, and only deinit frees it, when no reader is
    // left. "PGresult objects are normally read-only after creation, and so can be passed around freely between threads":
    // libpq, section 34.20 "Behavior in Threaded Programs".
    private nonisolated(unsafe) let pointer: OpaquePointer
    let columns: [Column]
    let rowCount: Int

    /// Takes over a result that `PQgetResult` returned.
    init(owning pointer: OpaquePointer) {
        self.pointer = pointer
        rowCount = Int(PQntuples(pointer))
        columns = (0..<PQnfields(pointer)).map { index in
            Column(
                name: PQfname(pointer, index).map { String(cString: $0) } ?? "",
                type: PostgresType(rawValue: PQftype(pointer, index))
            )
        }
    }

    deinit {
        PQclear(pointer)
    }

    /// libpq's own word for what this result is.
    var status: ExecStatusType { PQresultStatus(pointer) }

    /// `INSERT 0 5` and the like.
    var commandTag: String { PQcmdStatus(pointer).map { String(cString: $0) } ?? "" }

    /// Rows inserted, updated, deleted, selected, moved or copied; 0 for other commands.
    var affectedRows: Int { PQcmdTuples(pointer).flatMap { Int(String(cString: $0)) } ?? 0 }

    /// Copies one cell. Row and column must exist.
    func value(row: Int, column: Int) -> PostgresValue {
        let (row, type) = (Int32(row), columns[column].type)
        let column = Int32(column)
        guard PQgetisnull(pointer, row, column) == 0, let start = PQgetvalue(pointer, row, column) else {
            return PostgresValue(type: type, bytes: nil)
        }
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(pointer, row, column)))
        return PostgresValue(type: type, bytes: Array(bytes))
    }

    /// One field of an error report, by its letter: libpq, section 34.3.2, `PQresultErrorField`.
    func errorField(_ field: ErrorField) -> String? {
        PQresultErrorField(pointer, field.rawValue).map { String(cString: $0) }
    }

    /// The letters of `postgres_ext.h`, whose character macros have no integer type in Swift.
    enum ErrorField: Int32 {
        case severity = 0x56
        case sqlState = 0x43
        case message = 0x4D
        case detail = 0x44
        case hint = 0x48
        case schema = 0x73
        case table = 0x74
        case column = 0x63
        case constraint = 0x6E
    }
}

extension PostgresError {
    /// The error that the server, or libpq in its place, put into a result.
    init(_ result: ResultStorage) {
        // FATAL and PANIC end the session: PostgreSQL, section 20.8, table "Message Severity Levels".
        let severity = result.errorField(.severity)
        let ended = severity == "FATAL" || severity == "PANIC"
        self.init(ended ? .connectionLost : .server, result.errorField(.message) ?? "the server gave no message")
        sqlState = result.errorField(.sqlState)
        detail = result.errorField(.detail)
        hint = result.errorField(.hint)
        schema = result.errorField(.schema)
        table = result.errorField(.table)
        column = result.errorField(.column)
        constraint = result.errorField(.constraint)
    }
}
