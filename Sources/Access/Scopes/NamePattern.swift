import Foundation
import MediaCore

/// Which files a right is for: a collection and a name in it, or all names that begin in a certain way.
///
///     try NamePattern("avatars/user1")     // the file of that name, whatever its extension
///     try NamePattern("avatars/user1*")    // and user1-large, user1/2024, user1.old; never user12
///     try NamePattern("avatars/user1/*")   // all below that folder
///     try NamePattern("avatars/*")         // the whole collection
///     try NamePattern("*")                 // all collections
///
/// Names are compared as they are stored: without the extension, in normalisation form C, byte by byte, upper and lower case apart.
/// A `*` stands at the end only, and never cuts a word or a number in two: where letters or digits meet on both sides of it, nothing
/// matches. Who means `user12` writes it, so that a right to `user1*` is none to the files of somebody else (decision 0050).
package struct NamePattern: Hashable, Sendable {
    /// The collection; nil for all of them.
    package let collection: String?
    /// The name, or how it begins; empty with ``isPrefix`` for all names.
    package let name: String
    /// Whether the pattern ended in `*`.
    package let isPrefix: Bool

    /// Of a pattern's text, in UTF-8.
    package static let maximumLengthBytes = MediaName.maximumLengthBytes + MediaName.maximumSegmentLengthBytes

    /// All files of all collections.
    package static let everything = NamePattern(collection: nil, name: "", isPrefix: true)

    private init(collection: String?, name: String, isPrefix: Bool) {
        self.collection = collection
        self.name = name
        self.isPrefix = isPrefix
    }

    /// Reads `<collection>/<name>`, `<collection>/<beginning>*`, `<collection>/*`, `*` or `*/*`.
    ///
    /// - Throws: ``ScopeError``, saying what is wrong with the text.
    package init(_ text: String) throws(ScopeError) {
        if text == "*" || text == "*/*" {
            self = .everything
            return
        }
        guard text.utf8.count <= Self.maximumLengthBytes else { throw .tooLong }
        let composed = text.precomposedStringWithCanonicalMapping
        guard let slash = composed.utf8.firstIndex(of: UInt8(ascii: "/")), slash != composed.startIndex else {
            throw .noCollection
        }
        let collection = String(composed[..<slash])
        var name = String(composed[composed.utf8.index(after: slash)...])
        let isPrefix = name.utf8.last == UInt8(ascii: "*")
        if isPrefix { name = String(name.utf8.dropLast()) ?? "" }
        guard !collection.utf8.contains(UInt8(ascii: "*")), !name.utf8.contains(UInt8(ascii: "*")) else {
            throw .starInside
        }
        guard isPrefix || !name.isEmpty else { throw .noName }
        do {
            try MediaName.check(segment: collection)
            // As an upload's name is read: known extensions at the end do not count.
            if !isPrefix { name = try MediaName(validating: name).text } else { try Self.check(beginning: name) }
        } catch {
            throw .invalidName(error.message)
        }
        self.init(collection: collection, name: name, isPrefix: isPrefix)
    }

    /// What cannot stand in a stored name can be in no pattern: no `..`, nothing percent-encoded, no invisible character. What the last
    /// part ends in is not the end of a name: "v1." and "user " may go on.
    private static func check(beginning: String) throws(MediaError) {
        guard !beginning.isEmpty else { return }
        var segments = MediaName.segments(of: beginning)
        let last = segments.removeLast()
        for segment in segments { try MediaName.check(segment: segment) }
        if !last.isEmpty { try MediaName.check(segment: last + "x") }
    }

    /// Whether a stored name is among those that are meant.
    ///
    /// - Parameter name: as stored; nil for one that the daemon chooses, which only a whole collection, or a folder, covers.
    package func covers(collection: String, name: String?) -> Bool {
        guard self.collection == nil || self.collection?.utf8.elementsEqual(collection.utf8) == true else {
            return false
        }
        guard let name else { return self.isPrefix && self.name.isEmpty }
        guard self.isPrefix else { return self.name.utf8.elementsEqual(name.utf8) }
        guard name.utf8.starts(with: self.name.utf8) else { return false }
        return Self.isBoundary(in: name, behind: self.name.utf8.count)
    }

    /// Whether every file that the other pattern covers is covered by this one: who may give rights away gives none that he has not.
    package func covers(_ other: NamePattern) -> Bool {
        guard let otherCollection = other.collection else { return self.collection == nil && self.coversAllNames }
        guard other.isPrefix else { return self.covers(collection: otherCollection, name: other.name) }
        guard self.isPrefix, self.collection == nil || self.collection == otherCollection else { return false }
        if self.name.utf8.elementsEqual(other.name.utf8) { return true }
        return self.covers(collection: otherCollection, name: other.name)
    }

    private var coversAllNames: Bool { self.isPrefix && self.name.isEmpty }

    /// Whether a name may be cut behind so many bytes: at its ends, and where a letter or digit does not stand on both sides.
    private static func isBoundary(in name: String, behind count: Int) -> Bool {
        let cut = name.utf8.index(name.utf8.startIndex, offsetBy: count)
        guard cut != name.utf8.startIndex, cut != name.utf8.endIndex else { return true }
        // Inside of a character, as of "e" in "é": the names begin with different letters.
        guard let position = cut.samePosition(in: name), let before = name[..<position].last else { return false }
        return !(before.isWordPart && name[position].isWordPart)
    }
}

extension NamePattern: CustomStringConvertible {
    package var description: String {
        guard let collection = self.collection else { return "*" }
        return "\(collection)/\(self.name)\(self.isPrefix ? "*" : "")"
    }
}

extension Character {
    fileprivate var isWordPart: Bool { self.isLetter || self.isNumber }
}
