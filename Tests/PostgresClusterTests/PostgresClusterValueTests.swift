import Glibc
import Logging
import PostgresCluster
import Testing

/// The pure parts: texts that are parsed and texts that are written.
@Suite struct PostgresClusterValueTests {
    @Test func theServersLockFileIsParsedAtEveryStageOfItsWriting() {
        #expect(PostmasterFile(text: "") == nil)
        #expect(PostmasterFile(text: "\n") == nil)
        #expect(PostmasterFile(text: "no number\n/data\n") == nil)
        #expect(PostmasterFile(text: "-2147483648\n") == nil)
        #expect(PostmasterFile(text: "-42\n/data\n")?.processID == 42)
        let starting = PostmasterFile(text: "42\n/data\n1700000000\n5432\n/run\n\n")
        #expect(starting?.socketDirectory == "/run")
        #expect(starting?.status == "")
        let ready = PostmasterFile(text: "42\n/data\n1700000000\n5432\n/run\n\n  123 456\nready   \n")
        #expect(ready?.status == "ready")
    }

    @Test func accessRulesNameEachUserOnceAndNothingElse() throws {
        let account = try ServerAccount.resolve(preferred: "postgres")
        let rules = AccessRules(account: account, currentUser: "root")
        #expect(rules.users.filter { $0 == "root" }.count == 1)
        #expect(
            rules.hostBasedAuthentication.split(separator: "\n").filter { !$0.hasPrefix("#") } == [
                "local all all peer map=mediad"
            ]
        )
        let odd = AccessRules(account: account, currentUser: "/.*").identityMap
        #expect(!odd.contains("/.*"), "a leading slash would be a regular expression")
    }

    @Test func connectionStringsSurviveQuotesAndBackslashes() {
        let text = ConnectionString.make(socketDirectory: "/it's a \\ path", database: "mediad")
        #expect(text == "host='/it\\'s a \\\\ path' port=5432 user=mediad dbname='mediad'")
    }

    @Test func socketPathsFitTheKernelsLimitExactly() {
        let name = "/" + SocketDirectory.socketName
        let longest = "/" + String(repeating: "a", count: 107 - name.utf8.count - 1)
        #expect(SocketDirectory.fits(longest))
        #expect(!SocketDirectory.fits(longest + "a"))
        #expect(!SocketDirectory.fits("/a,b"), "libpq takes a comma for a list of hosts")
    }

    @Test func logLinesKeepTheSeverityOfTheirFirstLine() {
        #expect(PostmasterLog.level(of: "PANIC:  could not write") == .error)
        #expect(PostmasterLog.level(of: "LOG:  starting") == .debug)
        #expect(PostmasterLog.level(of: "HINT:  try again") == nil)
    }

    @Test func theLogKeepsOnlyItsEndAndCutsLongLines() {
        let log = PostmasterLog(logger: ClusterFixture.quiet)
        log.append(String(repeating: "x", count: 100_000).utf8)
        log.append("\n".utf8)
        for number in 0..<1000 { log.append("LOG:  line \(number)\n".utf8) }
        #expect(log.lineCount == 1001)
        #expect(log.tail.split(separator: "\n").count == 40)
        #expect(log.tail.hasSuffix("line 999"))
        let long = PostmasterLog(logger: ClusterFixture.quiet)
        long.append((String(repeating: "x", count: 100_000) + "\n").utf8)
        #expect(long.tail.utf8.count == 2000)
    }

    @Test func aLatchWakesItsWaitersAndForgetsCancelledOnes() async throws {
        let latch = Latch<Int>()
        #expect(await latch.wait(atMost: .milliseconds(1)) == nil)
        let waiter = Task { try await latch.wait() }
        let cancelled = Task { try await latch.wait() }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        latch.set(1)
        latch.set(2)
        #expect(try await waiter.value == 1)
        #expect(try await latch.wait() == 1)
    }

    @Test func processesAreJudgedByWhatTheyAre() {
        #expect(ServerProcesses.isAlive(1))
        #expect(!ServerProcesses.isAlive(0))
        // It works in "/", as does the test; neither is a server. Servers of other tests may be there for a moment.
        #expect(!ServerProcesses.using("/").contains { $0 == 1 || $0 == getpid() })
    }
}
