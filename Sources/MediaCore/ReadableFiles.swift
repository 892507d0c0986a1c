/// The files that somebody may see in a list: those of all collections but a few, and of these few the ones with certain names.
///
/// For a catalog to look for: it may find more than may be seen where a name is cut in two, which whoever asks sorts out.
package struct ReadableFiles: Hashable, Sendable {
    /// Collections of which only ``names`` may be seen.
    package var closedCollections: [String]
    /// What may be seen of them.
    package var names: [Names]

    package init(closedCollections: [String], names: [Names]) {
        self.closedCollections = closedCollections
        self.names = names
    }

    /// One name, or all that begin in a certain way.
    package struct Names: Hashable, Sendable {
        /// Nil: in all collections.
        package var collection: String?
        /// As stored, without the extension.
        package var name: String
        /// Whether ``name`` is a beginning; compared byte by byte.
        package var isPrefix: Bool

        package init(collection: String?, name: String, isPrefix: Bool) {
            self.collection = collection
            self.name = name
            self.isPrefix = isPrefix
        }

        /// Whether a stored name is among them.
        package func contain(collection: String, name: String) -> Bool {
            (self.collection == nil || self.collection == collection)
                && (self.isPrefix ? name.utf8.starts(with: self.name.utf8) : name.utf8.elementsEqual(self.name.utf8))
        }
    }

    /// Whether a file may be among those that may be seen.
    package func mayContain(collection: String, name: String) -> Bool {
        !self.closedCollections.contains(collection)
            || self.names.contains { $0.contain(collection: collection, name: name) }
    }

    /// Whether there can be none of this collection.
    package func isClosed(_ collection: String) -> Bool {
        self.closedCollections.contains(collection)
            && !self.names.contains { $0.collection == nil || $0.collection == collection }
    }
}
