package import MediaCore

/// What every ``FileTree`` must do, as checks that run on an empty one each.
///
/// One test per implementation runs all of ``checks``; a check that finds something else than it expects throws
/// ``CatalogConformance/Failure``.
///
///     @Test(arguments: FileTreeConformance.checks)
///     func disk(_ check: FileTreeConformance.Check) async throws {
///         let disk = try DiskStorage(…)
///         try await check.run(disk.tree, disk.staging)
///     }
package enum FileTreeConformance {
    /// One rule and how it is checked.
    package struct Check: Sendable, CustomStringConvertible {
        /// The rule in a few words: the title of the test case.
        package var description: String
        /// - Parameters:
        ///   - tree: empty, and this check's alone.
        ///   - staging: where its files come from.
        package var run: @Sendable (_ tree: any FileTree, _ staging: any Staging) async throws -> Void
    }

    private static let path = MediaPath(trusted: "videos/trailers/1.mp4")

    /// Longer than one stretch of anything that reads in pieces of a few kibibytes.
    private static let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }

    /// Stages, synchronises and publishes bytes.
    private static func put(
        _ bytes: [UInt8],
        _ tree: any FileTree,
        _ staging: any Staging,
        replacing: Bool = false
    ) async throws(MediaError) -> FileVersion {
        let staged = try await staging.stage()
        do throws(MediaError) {
            try await staged.append(bytes)
            let version = try await staged.synchronize()
            try await tree.publish(staged.name, owner: staging.owner, to: self.path, replacing: replacing)
            try await tree.synchronizeFolder(of: self.path)
            return version
        } catch {
            await staged.discard()
            throw error
        }
    }

    /// All rules.
    package static var checks: [Check] { self.reading + self.changing }

    private static var reading: [Check] {
        [
            Check(description: "what is published is read again: size, digest, and any range of the bytes") {
                tree,
                staging in
                let version = try await self.put(self.bytes, tree, staging)
                let content = try await tree.open(self.path)
                try CatalogConformance.expectEqual(content.size, version.size)
                try CatalogConformance.expectEqual(try await tree.digest(of: content), version.digest)
                let size = Int64(self.bytes.count)
                for range in [0..<size, 0..<1, 4095..<4097, size - 1..<size, 70_000..<70_000] {
                    let expected = Array(self.bytes[Int(range.lowerBound)..<Int(range.upperBound)])
                    try CatalogConformance.expectEqual(try await tree.bytes(range, of: content), expected, "\(range)")
                }
            },
            Check(description: "a range beyond the end has the bytes that are there") { tree, staging in
                _ = try await self.put([1, 2, 3], tree, staging)
                let content = try await tree.open(self.path)
                try CatalogConformance.expectEqual(try await tree.bytes(1..<10, of: content), [2, 3])
            },
            Check(description: "contents are all bytes; more than the limit is internal_error") { tree, staging in
                _ = try await self.put([1, 2, 3], tree, staging)
                let content = try await tree.open(self.path)
                try CatalogConformance.expectEqual(try await tree.contents(of: content, limit: 3), [1, 2, 3])
                try await CatalogConformance.expect(.internalError) { () async throws(MediaError) in
                    _ = try await tree.contents(of: content, limit: 2)
                }
            },
            Check(description: "a version opened twice has one identity, another version another") { tree, staging in
                _ = try await self.put([1, 2, 3], tree, staging)
                let first = try await tree.open(self.path).identity
                try CatalogConformance.expectEqual(try await tree.open(self.path).identity, first)
                _ = try await self.put([4, 5, 6], tree, staging, replacing: true)
                try CatalogConformance.expect(try await tree.open(self.path).identity != first, "the same identity")
            },
        ]
    }

    private static var changing: [Check] {
        [
            Check(description: "what was opened keeps its bytes through a replacement and a removal") {
                tree,
                staging in
                let version = try await self.put(self.bytes, tree, staging)
                let content = try await tree.open(self.path)
                _ = try await self.put([1], tree, staging, replacing: true)
                try await tree.remove(self.path)
                try CatalogConformance.expectEqual(try await tree.digest(of: content), version.digest)
            },
            Check(description: "without replacing, what lies there stays, and is path_occupied") { tree, staging in
                let version = try await self.put([1], tree, staging)
                try await CatalogConformance.expect(.pathOccupied) { () async throws(MediaError) in
                    _ = try await self.put([2], tree, staging)
                }
                let content = try await tree.open(self.path)
                try CatalogConformance.expectEqual(try await tree.digest(of: content), version.digest)
            },
            Check(description: "what is removed is not_found and not listed; removing it again is no error") {
                tree,
                staging in
                _ = try await self.put([1], tree, staging)
                var listed: [String] = []
                for try await case .file(let path, _) in tree.entries(under: nil) { listed.append(path.text) }
                try CatalogConformance.expectEqual(listed, [self.path.text])
                for _ in 0..<2 { try await tree.remove(self.path) }
                try await CatalogConformance.expect(.notFound) { () async throws(MediaError) in
                    _ = try await tree.open(self.path)
                }
                for try await entry in tree.entries(under: nil) {
                    throw CatalogConformance.Failure(description: "\(entry) is still listed")
                }
            },
        ]
    }
}
