import Glibc
import MediaTesting
import Testing

/// By schemathesis, unchanged: `scripts/test-clients` installs it; without it this test fails.
@Suite("filmd is as docs/films-api.yaml describes it", .films, .timeLimit(.minutes(5)))
struct DescriptionTests {
    @Test(
        "S6: no response that is not described: status, content, header fields; to an administrator, to a person, to nobody"
    )
    func described() async throws {
        let films = try Films.current()
        let project = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()
        let python = "\(project)/.build/test-clients/bin/python"
        try #require(access(python, X_OK) == 0, "the clients are not installed: run scripts/test-clients")
        let outcome = try await ChildProcess.run(
            .init(
                python,
                [
                    "\(project)/Tests/Fixtures/clients/use_schemathesis.py", films.service.url,
                    "\(project)/docs/films-api.yaml",
                ]
            ),
            within: .seconds(200)
        )
        #expect(outcome.ending == .exited(0), "\(outcome.text)\(outcome.errors)")
        #expect(outcome.lines.last == "the end")
        let validity = try await ChildProcess.run(
            .init(python, ["-m", "openapi_spec_validator", "\(project)/docs/films-api.yaml"])
        )
        #expect(validity.ending == .exited(0), "\(validity.text)\(validity.errors)")
    }
}
