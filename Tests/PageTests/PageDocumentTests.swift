import BrowserTesting
import MediaTesting
import Testing

extension PageTests {
    /// The document itself and what it is served with: nothing from elsewhere, nothing inline that the policy does not name.
    @Suite
    struct Document {
        @Test("The page is one document under a policy that lets in its own script and style and nothing else")
        func policy() async throws {
            let site = try await DaemonSite(configuration: "page:\n  enabled: true\n")
            let daemon = try await site.start()
            let answer = try await daemon.request("GET", "/")
            #expect(answer.status == 200)
            #expect(answer["content-type"] == "text/html; charset=utf-8")
            let policy = answer["content-security-policy"] ?? ""
            #expect(policy.contains("default-src 'none'"))
            #expect(!policy.contains("unsafe-inline"))
            #expect(!policy.contains("unsafe-eval"))

            let page = answer.text
            #expect(page.split(separator: "<script").count == 2)
            #expect(page.split(separator: "<style").count == 2)
            for forbidden in [
                " style=\"", " onclick=\"", " onload=\"", "src=\"http", "href=\"http", "url(http", "@import",
                "innerHTML",
            ] {
                #expect(!page.contains(forbidden), "\(forbidden)")
            }
            await daemon.kill9()
            try await site.remove()
        }

        @Test("The page can be switched off")
        func switchedOff() async throws {
            let site = try await DaemonSite(configuration: "page:\n  enabled: false\n")
            let daemon = try await site.start()
            let answer = try await daemon.request("GET", "/")
            #expect(answer.status == 404)
            #expect(answer["content-type"] == "application/problem+json")
            await daemon.kill9()
            try await site.remove()
        }
    }
}
