import Foundation

/// A file's path in the public tree, relative to `files/`: `posters/1.jpg`, `videos/trailers/movie1.mp4`.
///
///     let name = try MediaName(validating: "trailers/movie1")
///     MediaPath(collection: "videos", name: name, type: .mp4).text  // "videos/trailers/movie1.mp4"
///
/// Always at least a collection and a file name; every segment obeys ``MediaName``'s rules.
package struct MediaPath: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Segments joined with `/`, no leading slash.
    package let text: String

    /// The place that a name gets in its collection: the extension follows the type.
    package init(collection: String, name: MediaName, type: MediaType) {
        self.text = "\(collection)/\(name.text).\(type.fileExtension)"
    }

    /// Checks a path from outside (a URL's, a query's, a directory walk's), segment by segment.
    /// - Throws: ``MediaError`` with `invalid_name`.
    package init(validating segments: [String]) throws(MediaError) {
        guard segments.count >= 2, segments.count <= MediaName.maximumLevels + 1 else {
            throw MediaError(.invalidName, "A path has a collection and a name, e.g. posters/1.jpg.")
        }
        for segment in segments {
            // Decomposed, a name may be longer than it ever is in the tree.
            let composed = segment.precomposedStringWithCanonicalMapping
            try MediaName.check(segment: composed, maximumLengthBytes: MediaName.maximumFileNameLengthBytes)
        }
        self.text = segments.joined(separator: "/")
    }

    /// Checks a path such as `posters/1.jpg`; a leading `/files/` is the form that databases store and is taken off.
    package init(validating text: String) throws(MediaError) {
        let relative = text.hasPrefix("/files/") ? String(text.dropFirst("/files/".count)) : text
        try self.init(validating: MediaName.segments(of: relative))
    }

    /// The path as it was asked for, and in normalisation forms C and D: a Mac asks for a file by the decomposed form of the name that it
    /// sent, which was stored composed; an imported file keeps the form that it had in the tree. Each form once, by its bytes.
    package var spellings: [MediaPath] { Self.spellings(of: self.text).map { MediaPath(trusted: $0) } }

    /// A text as it is, and in normalisation forms C and D, each once by its bytes. To Swift they are all equal; to a database they are not.
    package static func spellings(of text: String) -> [String] {
        guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return [text] }
        var spellings: [String] = []
        for form in [text, text.precomposedStringWithCanonicalMapping, text.decomposedStringWithCanonicalMapping]
        where !spellings.contains(where: { $0.utf8.elementsEqual(form.utf8) }) {
            spellings.append(form)
        }
        return spellings
    }

    /// The name in the collection that the path stands for when its extension was left out: `1` of `posters/1`. Nil for a path with the
    /// extension of a known type.
    package var nameWithoutExtension: MediaName? {
        let text = self.segments.dropFirst().joined(separator: "/")
        guard let name = try? MediaName(validating: text) else { return nil }
        return name.text.utf8.elementsEqual(text.precomposedStringWithCanonicalMapping.utf8) ? name : nil
    }

    /// Takes a path back from the catalog, which only ever held checked ones.
    package init(trusted text: String) { self.text = text }

    package var description: String { self.text }

    /// The collection, the folders and the file name.
    package var segments: [String] { MediaName.segments(of: self.text).filter { !$0.isEmpty } }

    /// The first segment.
    package var collection: String { self.segments.first ?? "" }

    /// The last segment, with its extension.
    package var fileName: String { self.segments.last ?? "" }

    /// The folder that holds the file, without a trailing slash.
    package var folder: String { self.segments.dropLast().joined(separator: "/") }

    package init(from decoder: any Decoder) throws {
        self.text = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.text)
    }
}
