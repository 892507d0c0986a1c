import BrowserTesting
import FoundationEssentials
import Glibc
import MediaTesting
import Testing

extension PageTests {
    /// What the page says and offers when something goes wrong.
    @Suite
    struct Problem {
        @Test("A refused file is told in the server's words, with the code, and leaves no card")
        func refusal() async throws {
            try await PageVisit.make { visit in
                try await visit.choose([Samples.clip], collection: "avatars")
                let problem =
                    try await visit.browser.until("document.querySelector('#queue .problem')?.innerText").text ?? ""
                #expect(problem.contains("video/mp4"))
                #expect(problem.hasSuffix("type_not_allowed"))
                #expect(try await visit.cards() == [])
            }
        }

        @Test("A taken name offers to replace, and replacing leaves one card")
        func replacing() async throws {
            try await PageVisit.make { visit in
                let browser = visit.browser
                try await visit.upload(Samples.clip, collection: "videos", name: "film")
                try await visit.choose([Samples.clip], collection: "videos", name: "film")
                let problem = try await browser.until("document.querySelector('#queue .problem')?.innerText").text ?? ""
                #expect(problem.hasSuffix("name_taken"))
                #expect(try await browser.run("return document.querySelector('#queue .link').innerText") == "Replace")
                try await browser.click("#queue .link")
                try await browser.until("document.querySelectorAll('#queue .stored').length === 2")
                #expect(try await visit.cards().count == 1)
                #expect(try await browser.run("return document.querySelector('#queue .problem')") == .null)
            }
        }

        @Test("A file name with markup in it stays text")
        func markup() async throws {
            try await PageVisit.make { visit in
                let browser = visit.browser
                let name = "<img src=x onerror=document.title='broken'>.jpg"
                let path = "\(visit.daemon.site.directory)/\(name)"
                try Data(try Samples.bytes(Samples.photo)).write(to: URL(filePath: path))
                try await visit.upload(path, collection: "posters")
                #expect(try await visit.cards().first?.contains(name) == true)
                try await browser.click(".card")
                try await browser.until("document.querySelector('#stage img')?.complete")
                #expect(
                    try await browser.run("return document.querySelector('#dialog-title').innerText") == .string(name)
                )
                #expect(try await browser.run("return document.querySelector('img[src=x]')") == .null)
                #expect(try await browser.run("return document.title") == "mediad")
                #expect(try await browser.consoleProblems().map(\.description) == [])
            }
        }

        @Test("A slow upload shows its progress, and cancelling it leaves nothing behind")
        func cancelling() async throws {
            try await PageVisit.make { visit in
                let browser = visit.browser
                try await browser.limitUploads(bytesPerSecond: 100_000)
                try await visit.choose([Samples.clip], collection: "videos", name: "slow")
                let first = try await browser.until("document.querySelector('progress')?.value").number ?? 0
                let second = try await browser.until("document.querySelector('progress')?.value > \(first)")
                #expect(second == true)
                #expect(try await browser.run("return document.querySelector('#queue .link').innerText") == "Cancel")
                try await browser.click("#queue .link")
                try await browser.until("document.querySelector('#queue .cancelled')")
                #expect(try await browser.run("return document.querySelector('progress')") == .null)
                #expect(try await visit.cards() == [])
                try await visit.waitUntilStagingIsEmpty()
                let list = try await browser.run("return fetch('/api/media').then((answer) => answer.json())")
                #expect(list["files"] == [])
            }
        }

        @Test("A lost server is told, and the file can be tried again")
        func lostServer() async throws {
            try await PageVisit.make { visit in
                await visit.daemon.kill9()
                try await visit.choose([Samples.photo], collection: "posters")
                let problem = try await visit.browser.until("document.querySelector('#queue .problem')?.innerText").text
                #expect(problem == "The connection to the server was lost.")
                #expect(
                    try await visit.browser.run("return document.querySelector('#queue .link').innerText")
                        == "Try again"
                )
            }
        }
    }
}

extension PageVisit {
    /// The daemon notices a client's going away by itself, a moment later.
    fileprivate func waitUntilStagingIsEmpty() async throws {
        let staging = "\(daemon.site.root)/staging"
        var files: [String] = []
        let isEmpty = try await eventually {
            files = try FileManager.default.subpathsOfDirectory(atPath: staging).filter { path in
                var status = stat()
                return lstat("\(staging)/\(path)", &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            }
            return files.isEmpty
        }
        guard isEmpty else { throw PageFailure("left in staging: \(files)") }
    }
}
