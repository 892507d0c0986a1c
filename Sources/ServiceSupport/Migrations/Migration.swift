/// One step of a schema, applied once, in order of its number.
///
/// Published columns are a contract with those who read them: a migration adds, it does not rename or drop.
///
/// ```swift
/// extension Migration {
///     static let people = Migration(number: 1, title: "people", script: "CREATE TABLE app.people (id uuid PRIMARY KEY)")
/// }
/// ```
package struct Migration: Sendable {
    /// 1, 2, 3 ...
    package let number: Int
    /// A few words for the table `migrations` of the schema.
    package let title: String
    /// Statements separated by semicolons; they run in the transaction that also records the number.
    package let script: String

    /// A migration with its number, its title and its statements.
    package init(number: Int, title: String, script: String) {
        self.number = number
        self.title = title
        self.script = script
    }
}
