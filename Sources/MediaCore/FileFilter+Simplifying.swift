extension FileFilter {
    /// The same files by conditions that an index serves; nil when no file can meet all of them.
    ///
    /// A path begins with its file's collection and a slash. So a prefix that goes as far as the slash names a collection, and one of
    /// another collection than the one that is asked for contradicts it. A database knows neither: it would look at every file of the one
    /// for a path of the other.
    package var simplified: FileFilter? {
        guard let prefix = self.pathPrefix else { return self }
        var filter = self
        guard let slash = prefix.utf8.firstIndex(of: UInt8(ascii: "/")) else {
            guard let collection = self.collection else {
                if prefix.isEmpty { filter.pathPrefix = nil }
                return filter
            }
            guard Self.begins(collection, with: prefix) else { return nil }
            filter.pathPrefix = nil
            return filter
        }
        let folder = String(decoding: prefix.utf8[..<slash], as: UTF8.self)
        guard self.collection == nil || self.collection == folder else { return nil }
        // Another text has more spellings than one, which the condition on the path looks for.
        guard folder.utf8.allSatisfy({ $0 < 0x80 }) else { return filter }
        filter.collection = folder
        if prefix.utf8[slash...].count == 1 { filter.pathPrefix = nil }
        return filter
    }

    /// Byte by byte, in each spelling of the prefix, as a database compares.
    private static func begins(_ collection: String, with prefix: String) -> Bool {
        MediaPath.spellings(of: prefix).contains { collection.utf8.starts(with: $0.utf8) }
    }
}
