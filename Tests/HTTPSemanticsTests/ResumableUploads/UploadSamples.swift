import HTTPSemantics
import HTTPTypes

/// Fields from pairs; a name may come more than once.
func fields(_ pairs: (HTTPField.Name, String)...) -> HTTPFields {
    HTTPFields(pairs.map { HTTPField(name: $0.0, value: $0.1) })
}

/// What kind of error a body throws; nil if none.
func kind<Value>(_ body: () throws(UploadFieldError) -> Value) -> UploadFieldError.Kind? {
    do throws(UploadFieldError) {
        _ = try body()
        return nil
    } catch {
        return error.kind
    }
}

/// Whether all values are fit for the wire: no CR, LF or NUL.
func areSafe(_ fields: HTTPFields) -> Bool {
    fields.allSatisfy { field in field.value.utf8.allSatisfy { $0 != 0x0D && $0 != 0x0A && $0 != 0 } }
}

/// Decimal integers as tus does not know them (A5).
let malformedIntegers = [
    "", "-1", "+5", "1.0", "0x10", "1e3", "5 5", "5,5", "5;", "\u{0661}\u{0662}", "\u{FF11}", "five", "1_000", "0b1",
    "- 1",
    "9223372036854775808", "18446744073709551616", "99999999999999999999999999999999999999999999999999",
]
