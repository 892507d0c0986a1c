/// Why a key or a variable sets nothing, where more is known than that.
enum UnknownSetting {
    /// - Parameters:
    ///   - name: a key (`collections.covers.types`) or a variable (`MEDIAD_COLLECTIONS_COVERS_TYPES`).
    ///   - known: every key that exists with this configuration.
    /// - Returns: nil when nothing is known of it.
    static func explanation(of name: String, known: Set<String>) -> String? {
        if name.hasPrefix("MEDIAD_COLLECTIONS_") {
            return """
                No setting has this name; the settings of a collection exist when collections.names has it: \
                \(Self.collections(known).joined(separator: ", ")).
                """
        }
        let parts = name.split(separator: ".").map(String.init)
        guard parts.count >= 3, parts[0] == "collections" else { return nil }
        let collections = Self.collections(known)
        guard collections.contains(parts[1]) else {
            guard Self.isName(parts[1]) else { return nil }
            return """
                The setting collections.names lacks \(parts[1]), so this key sets nothing; it has \
                \(collections.joined(separator: ", ")).
                """
        }
        guard parts.count == 5, parts[2] == "preset", Self.isName(parts[3]),
            !known.contains(where: { $0.hasPrefix("collections.\(parts[1]).preset.\(parts[3]).") })
        else { return nil }
        return "The setting collections.\(parts[1]).presets lacks \(parts[3]), so this key sets nothing."
    }

    private static func collections(_ known: Set<String>) -> [String] {
        known.compactMap { key in
            let parts = key.split(separator: ".")
            return parts.count == 3 && parts[0] == "collections" && parts[2] == "types" ? String(parts[1]) : nil
        }.sorted()
    }

    /// Whether it can be told: what has other characters may be a value in the wrong place.
    private static func isName(_ text: String) -> Bool {
        text.utf8.count <= 64
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    }
}
