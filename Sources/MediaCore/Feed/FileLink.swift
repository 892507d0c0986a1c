/// What uses a file: something of the application, and as what.
package struct FileLink: Hashable, Sendable {
    /// The kind of thing that uses it: `movie`.
    package var entity: String
    /// Which one, in the application's own terms: `42`.
    package var entityID: String
    /// As what: `poster`.
    package var role: String

    package init(entity: String, entityID: String, role: String) {
        self.entity = entity
        self.entityID = entityID
        self.role = role
    }
}
