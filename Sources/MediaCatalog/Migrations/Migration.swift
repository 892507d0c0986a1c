/// One step of the schema, applied once, in order of its number.
///
/// Published columns are a contract with the API service: a migration adds, it does not rename or drop.
struct Migration: Sendable {
    /// 1, 2, 3 ...
    var number: Int
    /// A few words for `media.migrations`.
    var title: String
    /// Statements separated by semicolons; they run in the transaction that also records the number.
    var script: String

    /// All of them, in order.
    static let all: [Migration] = [.files, .uploads, .records, .facts]
}
