import BrowserTesting
import MediaTesting
import Testing

extension PageTests {
    /// Who may use the page.
    @Suite
    struct Access {
        @Test("While there is no key the page says that everybody may do everything, and asks for none")
        func open() async throws {
            try await PageVisit.make { visit in
                let browser = visit.browser
                let words = try await browser.until("document.querySelector('#access')?.innerText").text ?? ""
                #expect(words.contains("mediad key create --name admin --scope manage"))
                #expect(try await browser.run("return document.querySelector('#sign').hidden") == true)
                try await visit.upload(Samples.clip, collection: "videos", name: "film")
            }
        }

        @Test(
            "With a key the page uploads, lists what is private and deletes; the key stays in the tab and out of addresses"
        )
        func signIn() async throws {
            try await PageVisit.make(
                configuration: "access:\n  mode: required\ncollections:\n  videos:\n    access: private\n"
            ) { visit in
                let browser = visit.browser
                let outcome = try await visit.daemon.site.run(["key", "create", "--name", "page", "--scope", "manage"])
                let key = try #require(outcome.lines.first)
                try await browser.until("!document.querySelector('#sign').hidden")
                // What is private is named to nobody yet.
                #expect(
                    try await browser.run("return !!document.querySelector('[name=collection][value=videos]')") == false
                )
                try await visit.choose([Samples.clip], collection: "posters", name: "film")
                let problem = try await browser.until("document.querySelector('#queue .problem')?.innerText").text ?? ""
                #expect(problem.hasSuffix("unauthenticated"))
                try await browser.type(key, into: "#key")
                try await browser.click("#sign-in")
                try await browser.until("!document.querySelector('#sign-out').hidden")
                #expect(try await browser.run("return document.querySelector('#access').hidden") == true)
                try await browser.until("document.querySelector('[name=collection][value=videos]')")
                try await visit.upload(Samples.clip, collection: "videos", name: "film")
                #expect(try await visit.cards().count == 1)
                #expect(try await browser.run("return location.href.includes('mk_')") == false)
                #expect(try await browser.run("return localStorage.getItem('key')") == .null)
                try await browser.click("#sign-out")
                try await browser.until("document.querySelectorAll('.card').length === 0")
                #expect(try await browser.run("return sessionStorage.getItem('key')") == .null)
                #expect(!visit.daemon.log.contains(key.dropFirst(16)))
            }
        }
    }
}
