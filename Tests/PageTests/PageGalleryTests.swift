import BrowserTesting
import MediaTesting
import Testing

extension PageTests {
    /// The gallery: dropping, filtering, paging, deleting, and the two languages.
    @Suite
    struct Gallery {
        @Test("Dropped files are stored under one name with numbers, and the filter finds them")
        func dropping() async throws {
            try await PageVisit.make { visit in
                let browser = visit.browser
                try await visit.upload(Samples.photo, collection: "avatars")
                try await browser.click("#collections input[value=posters]")
                try await browser.type("set/drawn", into: "#name")
                try await browser.run(Self.dropTwoPictures)
                try await browser.until("document.querySelectorAll('#queue .stored').length === 3")
                let paths = try await browser.run(
                    "return [...document.querySelectorAll('.card b')].map((b) => b.title).sort()"
                )
                #expect(
                    paths.elements.compactMap(\.text).suffix(2) == [
                        "posters/set/drawn-1.png", "posters/set/drawn-2.png",
                    ]
                )

                try await browser.click("#filters input[value=avatars]")
                try await browser.until("document.querySelectorAll('.card').length === 1")
                #expect(try await visit.cards().first?.contains("Avatars") == true)
                try await browser.click("#filters input[value=documents]")
                try await browser.until("!document.querySelector('#empty').hidden")
                #expect(try await visit.cards() == [])
                #expect(try await browser.consoleProblems().map(\.description) == [])
            }
        }

        @Test("Delete asks first, then removes the card and the file")
        func deleting() async throws {
            try await PageVisit.make { visit in
                let browser = visit.browser
                try await visit.upload(Samples.photo, collection: "posters", name: "gone")
                try await browser.click(".card")
                let address = try await browser.until("document.querySelector('#address')?.value")
                try await browser.click(".foot .bad")
                #expect(
                    try await browser.run("return document.activeElement.innerText") == "Keep it",
                    "the harmless choice"
                )
                try await browser.click(".foot .button:last-child")
                #expect(try await visit.cards().count == 1)
                try await browser.click(".foot .bad")
                try await browser.click(".foot .bad.sure")
                try await browser.until("!document.querySelector('dialog').open")
                #expect(try await visit.cards() == [])
                #expect(try await browser.run("return document.activeElement.id") == "shelf-title")
                // The address is cacheable for ever, so the browser's own copy must not answer.
                let script = "return fetch(arguments[0], { cache: 'no-store' }).then((answer) => answer.status)"
                #expect(try await browser.run(script, address) == 404)
            }
        }

        @Test("A long list comes page by page, each file once")
        func paging() async throws {
            try await PageVisit.make(configuration: "http:\n  pageSize: 3\n") { visit in
                let browser = visit.browser
                let count = 7
                try await browser.run(Self.storePictures, .number(Double(count)))
                try await browser.click("#filters input[value=posters]")
                for expected in [3, 6, 7] {
                    try await browser.until("document.querySelectorAll('.card').length === \(expected)")
                    if expected < count { try await browser.click("#more") }
                }
                #expect(try await browser.run("return document.querySelector('#more').hidden") == true)
                let ids = try await browser.run(
                    "return [...document.querySelectorAll('.card')].map((card) => card.dataset.id)"
                )
                #expect(Set(ids.elements.compactMap(\.text)).count == count)
            }
        }

        @Test("French browsers get French; the switch is remembered", arguments: ["fr-FR", "fr-CA,en"])
        func languages(tags: String) async throws {
            try await PageVisit.make(language: tags) { visit in
                let browser = visit.browser
                #expect(try await browser.run("return document.documentElement.lang") == "fr")
                #expect(try await browser.run("return document.querySelector('.drop u').innerText") == "choisissez-les")
                try await browser.click("[data-language=en]")
                #expect(try await browser.run("return document.querySelector('.drop u').innerText") == "choose files")
                try await browser.open(visit.daemon.url + "/")
                #expect(try await browser.run("return document.documentElement.lang") == "en")
            }
        }

        /// A drop as the browser makes it, of two pictures that are drawn on the spot.
        private static let dropTwoPictures = """
            const draw = (colour) => new Promise((done) => {
              const canvas = document.createElement("canvas");
              canvas.width = 300; canvas.height = 200;
              const context = canvas.getContext("2d");
              context.fillStyle = colour;
              context.fillRect(20, 20, 200, 100);
              canvas.toBlob(done);
            });
            return Promise.all([draw("teal"), draw("maroon")]).then((pictures) => {
              const dataTransfer = new DataTransfer();
              pictures.forEach((picture, index) => dataTransfer.items.add(new File([picture], `drawn ${index}.png`)));
              const drop = document.querySelector("#drop");
              for (const kind of ["dragover", "drop"]) drop.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
            });
            """

        /// Stores one small picture under several names, past the page's own upload.
        private static let storePictures = """
            const count = arguments[0], canvas = document.createElement("canvas");
            canvas.width = canvas.height = 40;
            canvas.getContext("2d").fillRect(5, 5, 20, 20);
            return new Promise((done) => canvas.toBlob(done)).then(async (body) => {
              for (let number = 0; number < count; number++) {
                const answer = await fetch(`/api/upload?collection=posters&name=page-${number}`, { method: "POST", body });
                if (answer.status !== 201) throw new Error(await answer.text());
              }
            });
            """
    }
}
