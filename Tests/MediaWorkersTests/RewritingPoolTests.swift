import MediaCore
import MediaWorkers
import Testing

extension WorkerProcessTests {
    @Suite("Rewriting in a worker", .serialized, .timeLimit(.minutes(2)))
    struct RewritingPoolTests {
        private func rewrite(_ deed: String, _ fixture: PoolFixture) async throws -> (Splice?, String) {
            let written = try fixture.file("", name: "written")
            let request = RewriteRequest(
                rewriting: .privateMetadata,
                type: MediaType(deed),
                size: ByteCount(bytes: 8),
                limits: PoolFixture.imageLimits
            )
            let splice = try await fixture.pool.rewrite(try fixture.file(), writing: written, request)
            return (splice, fixture.text(of: written))
        }

        @Test("a splice comes back with the bytes it needs, and no splice when there is nothing to do")
        func splice() async throws {
            try await PoolFixture.with { fixture in
                let (splice, written) = try await self.rewrite("image/new-front", fixture)
                #expect(
                    splice
                        == Splice(pieces: [.init(.written, offset: 0, count: 3), .init(.source, offset: 4, count: 4)])
                )
                #expect(written == "new")
                #expect(try await self.rewrite("image/clean", fixture).0 == nil)
            }
        }

        @Test(
            "a splice that takes bytes from nowhere, or more than there are, is an error",
            arguments: [
                "image/past-written", "image/past-source", "image/overflow", "image/negative", "image/twice",
                "image/nothing-left", "image/abort",
            ]
        )
        func impossible(_ deed: String) async throws {
            try await PoolFixture.with { fixture in
                await #expect(throws: MediaError.self) { _ = try await self.rewrite(deed, fixture) }
                // The pool goes on.
                try await fixture.expect("size", says: "8-harmless")
            }
        }
    }
}
