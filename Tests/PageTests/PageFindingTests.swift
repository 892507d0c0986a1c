import BrowserTesting
import MediaTesting
import Testing

extension PageTests {
    /// F8: what a person at the page understands, finds and sees.
    @Suite
    struct Finding {
        @Test("Errors are in the person's language, with what the code names, and change with the switch")
        func language() async throws {
            try await PageVisit.make(language: "fr-FR") { visit in
                let browser = visit.browser
                try await visit.choose([Samples.clip], collection: "avatars")
                let french = try await browser.until("document.querySelector('#queue .problem')?.innerText").text ?? ""
                #expect(french.contains("n’accepte pas ce type de fichier (video/mp4)"))
                #expect(french.hasSuffix("type_not_allowed"))
                try await browser.click("[data-language=en]")
                let english = try await browser.run("return document.querySelector('#queue .problem').innerText").text
                #expect(english?.contains("n’accepte") == false)
                #expect(english?.contains("video/mp4") == true)
            }
        }

        @Test("After a refusal the name can be changed and the file sent again by it")
        func renaming() async throws {
            try await PageVisit.make { visit in
                let browser = visit.browser
                try await visit.choose([Samples.photo], collection: "posters", name: ".hidden")
                let problem = try await browser.until("document.querySelector('#queue .problem')?.innerText").text ?? ""
                #expect(problem.hasSuffix("invalid_name"))
                #expect(try await browser.run("return document.querySelector('.rename .field').value") == ".hidden")
                try await browser.run("document.querySelector('.rename .field').value = ''")
                try await browser.type("shown", into: ".rename .field")
                try await browser.click(".rename .link")
                try await browser.until("document.querySelector('#queue .stored')")
                #expect(try await visit.cards().first?.contains("shown.jpg") == true)
            }
        }

        @Test("A collection of one's own keeps its name, also one that is a word of the page")
        func ownCollections() async throws {
            let configuration = """
                page:
                  enabled: true
                collections:
                  names: [posters, search, of]
                  search:
                    types: [image/jpeg]
                  of:
                    types: [image/jpeg]

                """
            try await PageVisit.make(language: "fr-CA", configuration: configuration) { visit in
                let browser = visit.browser
                try await visit.upload(Samples.photo, collection: "of")
                let shown = try await browser.run(
                    "return [...document.querySelectorAll('#collections label')].map((label) => label.innerText)"
                )
                #expect(shown.elements.compactMap(\.text) == ["Affiches", "search", "of"])
                #expect(try await visit.cards().first?.hasSuffix("of") == true)
                #expect(try await browser.consoleProblems().map(\.description) == [])
            }
        }

        @Test("German, which the page does not speak, becomes English", arguments: ["de-DE"])
        func otherLanguage(language: String) async throws {
            try await PageVisit.make(language: language) { visit in
                let shown = try await visit.browser.run("return document.documentElement.lang")
                #expect(shown == "en")
            }
        }

        @Test("A search finds files by any part of their names, and says when there is none")
        func search() async throws {
            try await PageVisit.make { visit in
                let browser = visit.browser
                try await visit.upload(Samples.photo, collection: "posters", name: "Amélie")
                try await visit.upload(Samples.photo, collection: "avatars", name: "user1")
                try await browser.type("amé", into: "#search")
                try await browser.until("document.querySelectorAll('.card').length === 1")
                #expect(try await visit.cards().first?.contains("Amélie") == true)
                try await browser.type("nothing", into: "#search")
                try await browser.until("!document.querySelector('#empty').hidden")
                #expect(
                    try await browser.run("return document.querySelector('#empty').innerText") == "No file matches."
                )
            }
        }

        @Test("Folders are entered and left")
        func folders() async throws {
            try await PageVisit.make { visit in
                let browser = visit.browser
                try await visit.upload(Samples.photo, collection: "posters", name: "set/a")
                try await visit.upload(Samples.photo, collection: "posters", name: "set/inner/b")
                try await visit.upload(Samples.photo, collection: "posters", name: "c")
                try await browser.click("#folders .inner")
                try await browser.until("document.querySelectorAll('.card').length === 2")
                #expect(try await browser.run("return document.querySelector('#folders .here').innerText") == "set")
                try await browser.click("#folders .inner")
                try await browser.until("document.querySelectorAll('.card').length === 1")
                try await browser.click("#folders .link")
                try await browser.until("document.querySelectorAll('.card').length === 3")
            }
        }

        @Test(
            "Portraits are shown whole: nothing is cut off by a square preset or by the card",
            arguments: ["avatars", "posters"]
        )
        func portraits(collection: String) async throws {
            try await PageVisit.make { visit in
                let browser = visit.browser
                try await browser.run(Self.storePortrait, .string(collection))
                try await browser.open(visit.daemon.url + "/")
                try await browser.until("document.querySelector('.card img')?.naturalWidth > 0")
                let shape = try await browser.run(
                    "const i = document.querySelector('.card img'); return i.naturalWidth / i.naturalHeight"
                )
                #expect(abs((shape.number ?? 0) - 0.5) < 0.02)
                let cut = try await browser.run(
                    """
                    const image = document.querySelector(".card img"), box = image.getBoundingClientRect();
                    const frame = image.parentNode.getBoundingClientRect();
                    return getComputedStyle(image).objectFit !== "contain" || box.top < frame.top || box.bottom > frame.bottom
                      || box.left < frame.left || box.right > frame.right;
                    """
                )
                #expect(cut == false)
            }
        }

        @Test("At 390 px one thing scrolls, the page, and nothing is wider than it")
        func narrow() async throws {
            try await PageVisit.make { visit in
                let browser = visit.browser
                for number in 0..<9 {
                    try await visit.choose([Samples.clip], collection: "avatars", name: "refused-\(number)")
                }
                try await browser.until("document.querySelectorAll('#queue .problem').length === 9")
                try await browser.show(width: 390, height: 800)
                let scrolled = try await browser.run(
                    """
                    return [...document.querySelectorAll("body *")].filter((node) =>
                      ["auto", "scroll"].includes(getComputedStyle(node).overflowY) && node.scrollHeight > node.clientHeight)
                      .map((node) => node.id || node.tagName);
                    """
                )
                #expect(scrolled.elements.compactMap(\.text) == [])
                #expect(try await browser.run("return document.documentElement.scrollWidth") == 390)
            }
        }

        private static let storePortrait = """
            const canvas = document.createElement("canvas");
            canvas.width = 600; canvas.height = 1200;
            canvas.getContext("2d").fillRect(50, 50, 200, 800);
            return new Promise((done) => canvas.toBlob(done)).then((body) =>
              fetch(`/api/upload?collection=${arguments[0]}&name=portrait`, { method: "POST", body })).then((answer) => answer.status);
            """
    }
}
