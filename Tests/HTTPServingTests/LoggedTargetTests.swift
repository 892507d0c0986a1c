import Testing

@testable import HTTPServing

@Suite("Targets in the log")
struct LoggedTargetTests {
    @Test(
        "have no secrets",
        arguments: [
            ("/files/a", "/files/a"), ("/files/a?v=1", "/files/a?v=1"), ("/a?signature=x", "/a?signature=..."),
            ("/a?b=1&signature=x&grant=y&c", "/a?b=1&signature=...&grant=...&c"), ("/a?%67rant=y", "/a?%67rant=..."),
            ("/signature=x?grant", "/signature=x?grant"), ("/a?grant=x=y", "/a?grant=..."), ("/a?&", "/a?&"), ("", ""),
            ("/a?grant=x?grant=y", "/a?grant=..."),
        ]
    )
    func hidden(target: String, shown: String) {
        #expect(LoggedTarget.text(target, hiding: ["signature", "grant"]) == shown)
        #expect(LoggedTarget.text(target, hiding: []) == target)
    }
}
