import BrowserTesting
import MediaTesting
import Testing

extension PageTests {
    /// A person's first visit: a photo from a phone and a film, chosen, stored, seen, played.
    @Suite
    struct Story {
        @Test("A HEIC photo becomes a card with a thumbnail that Chromium really shows")
        func thumbnail() async throws {
            try await PageVisit.make { visit in
                let browser = visit.browser
                try await browser.until("!document.querySelector('#empty').hidden")
                try await visit.upload(Samples.heic, collection: "avatars")
                try await browser.until("document.querySelector('.card img')?.complete")
                #expect(
                    try await browser.run("return document.querySelector('.card img').naturalWidth").number ?? 0 > 0
                )
                let source = try await browser.run("return document.querySelector('.card img').currentSrc").text ?? ""
                #expect(source.contains("preset=s256"), "the smallest that fits a card: \(source)")
                #expect(try await browser.colours(of: ".card img") > 8)
                let card = try #require(try await visit.cards().first)
                for words in ["iphone13-gps.heic", "HEIC", "1.3\u{202f}MB", "4032", "3024", "Avatars"] {
                    #expect(Self.plain(card).contains(Self.plain(words)), "\(words) in \(card)")
                }
                // The dialog shows the largest rendition, because the original is a type that the browser cannot show.
                try await browser.click(".card")
                try await browser.until("document.querySelector('#stage img')?.naturalWidth >= 512")
                #expect(try await browser.consoleProblems().map(\.description) == [])
            }
        }

        @Test("A video plays and seeks in the dialog")
        func video() async throws {
            try await PageVisit.make { visit in
                let browser = visit.browser
                try await visit.upload(Samples.clip, collection: "videos", name: "trailers/clip")
                #expect(
                    try await browser.run("return document.querySelector('#name').value") == "",
                    "a name is used once"
                )
                try await browser.until("document.querySelector('.card img')?.naturalWidth > 0")
                #expect(try await browser.colours(of: ".card img") > 8, "a frame of the film, not a black one")
                let card = try #require(try await visit.cards().first)
                for words in ["clip.mp4", "0:05", "1280", "720", "Videos"] {
                    #expect(card.contains(words), "\(words) in \(card)")
                }

                try await browser.click(".card")
                try await browser.until("document.querySelector('dialog').open")
                let video = "document.querySelector('#stage video')"
                try await browser.until("\(video).readyState >= 1")
                let length = try await browser.run("return \(video).duration").number ?? 0
                #expect((4.5...5.8).contains(length))
                let poster = try await browser.run("return \(video).poster").text ?? ""
                #expect(poster.contains("preset=poster"))
                #expect(try await browser.run("return \(video).videoWidth") == 1280)
                // Without byte ranges Chromium offers no place to seek to.
                #expect(try await browser.run("return \(video).seekable.end(0)").number == length)

                try await browser.run("\(video).muted = true; return \(video).play()")
                try await browser.until("\(video).currentTime > 0.2")
                try await browser.run(
                    "return new Promise((done) => { \(video).onseeked = () => done(true); \(video).currentTime = 3; })"
                )
                try await browser.until("\(video).currentTime > 3.1 && \(video).readyState >= 2 && !\(video).seeking")
                #expect(try await browser.run("return \(video).error") == .null)
                #expect(try await browser.colours(of: "#stage video") > 8)
                try await Self.checkScreenshot(browser)

                let address = try await browser.run("return document.querySelector('#address').value").text ?? ""
                #expect(address.hasPrefix("\(visit.daemon.url)/files/videos/trailers/clip.mp4?v="))
                let exchanges = try await browser.exchanges()
                #expect(exchanges.contains { $0.url.contains("/files/videos/trailers/clip.mp4") && $0.status == 206 })
                let strangers = exchanges.map(\.url).filter { $0.hasPrefix("http") && !$0.hasPrefix(visit.daemon.url) }
                #expect(strangers == [], "the page asks nobody but its own server")
                #expect(try await browser.consoleProblems().map(\.description) == [])
            }
        }

        @Test("The dialog is left with Escape, which stops the video and gives the focus back to the card")
        func escape() async throws {
            try await PageVisit.make { visit in
                let browser = visit.browser
                try await visit.upload(Samples.clip, collection: "videos")
                try await browser.run("document.querySelector('.card').focus()")
                try await browser.type("\u{e007}", into: ".card")
                try await browser.until("document.querySelector('#stage video')?.readyState >= 1")
                try await browser.type("\u{e00c}", into: "#close")
                try await browser.until("!document.querySelector('dialog').open")
                // The browser tells the page of the closing a moment later.
                try await browser.until("document.querySelector('#stage video') === null")
                #expect(try await browser.run("return document.activeElement.className") == "card")
            }
        }

        /// A PNG (RFC 2083 section 3) as wide as the window.
        private static func checkScreenshot(_ browser: Browser) async throws {
            let picture = try await browser.screenshot("dialog")
            #expect(picture.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
            let width = picture.dropFirst(16).prefix(4).reduce(0) { $0 << 8 | Int($1) }
            #expect(width == 1280)
        }

        /// Without the kinds of white space that number formats use.
        private static func plain(_ text: String) -> String { text.filter { !$0.isWhitespace } }
    }
}
