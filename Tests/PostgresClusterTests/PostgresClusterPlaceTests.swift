import Glibc
import PostgresCluster
import Testing

/// Where the files lie and whose they are.
@Suite(.serialized) struct PostgresClusterPlaceTests {
    @Test(.enabled(if: ClusterFixture.isRoot, "only root has an account that cannot reach its files"))
    func aRootTheServerCannotReachKeepsItsFilesElsewhere() async throws {
        try await ClusterFixture.with { fixture in
            #expect(chmod(fixture.above, 0o700) == 0)
            let first = try await fixture.open()
            let link = try #require(FileOperations.linkTarget("\(fixture.directory)/data"))
            #expect(link.hasPrefix(fixture.configuration.relocationDirectory))
            _ = try await query("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)", first.connectionString)
            let guest = try await fixture.open(.maintenance)
            #expect(guest.role == .guest)
            #expect(try await query("SELECT n FROM kept", guest.connectionString) == "7")
            try await first.close()

            let second = try await fixture.open()
            #expect(try await query("SELECT n FROM kept", second.connectionString) == "7")

            // A copy of the root leads to the same files, and must not start a second server on them.
            var copy = fixture.configuration
            copy.directory = "\(fixture.above)/copy/postgres"
            try FileOperations.makeDirectory(copy.directory, mode: 0o755)
            #expect(symlink(link, "\(copy.directory)/data") == 0)
            let configuration = copy
            let error = await #expect(throws: PostgresClusterError.self) {
                try await PostgresCluster.open(configuration, purpose: .daemon, logger: ClusterFixture.quiet)
            }
            #expect(error?.code == .alreadyRunning)
            #expect(try await query("SELECT n FROM kept", second.connectionString) == "7")
            try await second.close()

            // Lost files are reported, not replaced by an empty database.
            try FileOperations.removeTree(fixture.configuration.relocationDirectory)
            let lost = await #expect(throws: PostgresClusterError.self) { try await fixture.open() }
            #expect(lost?.code == .fileSystem)
            #expect(FileOperations.linkTarget("\(fixture.directory)/data") == link)
        }
    }

    @Test(.enabled(if: ClusterFixture.isRoot, "only root has an account that cannot reach its files"))
    func aRootThatBecameUnreachableIsReported() async throws {
        try await ClusterFixture.with { fixture in
            try await fixture.open().close()
            #expect(chmod(fixture.above, 0o700) == 0)
            let error = await #expect(throws: PostgresClusterError.self) { try await fixture.open() }
            #expect(error?.code == .account)
        }
    }

    @Test(.enabled(if: ClusterFixture.isRoot, "only root can run the server as another account"))
    func anExistingClusterIsRunByTheAccountThatOwnsIt() async throws {
        try await ClusterFixture.with { fixture in
            fixture.configuration.runAsUser = "nobody"
            let first = try await fixture.open()
            #expect(
                try userIDs(of: try #require(first.processID)).first
                    == ServerAccount.resolve(preferred: "nobody").userID
            )
            try await first.close()
            fixture.configuration.runAsUser = "root"
            let second = try await fixture.open()
            #expect(
                try userIDs(of: try #require(second.processID)).first
                    == ServerAccount.resolve(preferred: "nobody").userID
            )
            try await second.close()
        }
    }

    @Test(.enabled(if: ClusterFixture.isRoot, "needs chown"))
    func filesThatBelongToRootAreReported() async throws {
        try await ClusterFixture.with { fixture in
            try await fixture.open().close()
            #expect(chown("\(fixture.directory)/data", 0, 0) == 0)
            let error = await #expect(throws: PostgresClusterError.self) { try await fixture.open() }
            #expect(error?.code == .account)
            #expect(error?.message.contains("chown -R") == true)
        }
    }

    @Test func anotherMajorVersionIsNamed() async throws {
        try await ClusterFixture.with { fixture in
            try await fixture.open().close()
            try FileOperations.replace("\(fixture.directory)/data/PG_VERSION", with: "9.6\n")
            let error = await #expect(throws: PostgresClusterError.self) { try await fixture.open() }
            #expect(error?.code == .versionMismatch)
            let installed = try await PostgresBinaries.find(configured: nil, required: nil)
            #expect(error?.message.contains("made by PostgreSQL 9") == true)
            #expect(error?.message.contains("only \(installed.majorVersion)") == true)
        }
    }

    @Test func aDirectoryThatIsNoClusterIsNotTouched() async throws {
        try await ClusterFixture.with { fixture in
            try FileOperations.makeDirectory("\(fixture.directory)/data", mode: 0o700)
            try FileOperations.replace("\(fixture.directory)/data/precious", with: "yes")
            let error = await #expect(throws: PostgresClusterError.self) { try await fixture.open() }
            #expect(error?.code == .initialization)
            #expect(try FileOperations.read("\(fixture.directory)/data/precious", limit: 10) == "yes")
        }
    }

    @Test func missingProgramsAreReported() async throws {
        try await ClusterFixture.with { fixture in
            fixture.configuration.binariesDirectory = fixture.above
            let error = await #expect(throws: PostgresClusterError.self) { try await fixture.open() }
            #expect(error?.code == .binariesNotFound)
            #expect(error?.message.contains(fixture.above) == true)
        }
    }
}
