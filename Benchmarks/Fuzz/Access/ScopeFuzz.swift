import Access
import MediaCore

/// Scopes and patterns: none traps, what is written of one is read as the same, and a pattern that covers another one covers what that
/// covers.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzScope(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = FuzzInput(start, count)
    let parts = input.text.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    if let set = try? ScopeSet(token: parts[0]) {
        require(set.scopes.count <= ScopeSet.maximumCount, "too many")
        for scope in set.scopes {
            require((try? Scope(scope.description)) == scope, "not the same: \(scope)")
            require(scope.covers(scope), "not itself: \(scope)")
        }
        require(
            (try? ScopeSet(token: set.scopes.map(\.description).joined(separator: " "))) == set || hasBlank(set),
            "set"
        )
    }
    guard let one = try? NamePattern(parts[0]) else { return 0 }
    require((try? NamePattern(one.description)) == one, "not the same: \(one)")
    require(one.covers(one), "not itself: \(one)")
    guard parts.count > 1, let other = try? NamePattern(parts[1]) else { return 0 }
    let names = [parts.last ?? "", other.name, other.name + "x", other.name + "-1", other.name + "\u{301}"]
    for name in names.compactMap({ try? MediaName(validating: $0).text }) {
        let collection = other.collection ?? one.collection ?? "a"
        if one.covers(other), other.covers(collection: collection, name: name) {
            require(one.covers(collection: collection, name: name), "\(one) covers \(other), and not \(name)")
        }
        // Never beyond its bytes, and never in the middle of a word.
        if one.covers(collection: collection, name: name) {
            require(name.utf8.starts(with: one.name.utf8), "\(one) covers \(name)")
            require(one.isPrefix || name.utf8.count == one.name.utf8.count, "\(one) covers \(name)")
        }
    }
    return 0
}

/// A text of scopes has blanks between them only.
private func hasBlank(_ set: ScopeSet) -> Bool { set.scopes.contains { $0.description.contains(" ") } }
