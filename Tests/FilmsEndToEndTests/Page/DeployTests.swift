import BrowserTesting
import Foundation
import MediaTesting
import Testing

extension PageStories {
    /// Another build of the page, under one that is open.
    @Suite(.serialized, .timeLimit(.minutes(4)))
    struct DeployTests {
        @Test(
            """
            S15: A deploy under an open page: it keeps working, offers the new version, and changes when it is \
            asked to; with and without a network
            """
        )
        func deploy() async throws {
            let films = try Films.current()
            let owner = try await films.makeAccount("deploy")
            let movie = try await owner.addMovie("Metropolis")
            try await Visitor.meet("deploy", at: films) { visitors in
                let (visitor, browser) = (visitors[0], visitors[0].browser)
                try await visitor.arrive(as: owner)
                try await browser.awaitWorker()
                let former = try await browser.buildCaches()
                #expect(former.count == 1)

                let next = try await films.startAnother(front: try await Self.nextBuild(of: films))
                visitor.relay.lead(to: next.port)
                visitor.relay.cut()
                // Parts of the former build that were never loaded are still there, and what is done is taken by the new service.
                try await visitor.go(to: "/movies/\(movie)")
                try await visitor.comment("By the former build", rating: 9)
                try await visitor.awaitSent()
                try await visitor.go(to: "/me")
                try await browser.until("document.querySelector('.me-head h1')")
                #expect(try await browser.loadedBuilds() == 1)

                // The browser looks for a new version, here because the tab is seen again; nothing changes unasked.
                try await browser.run("document.dispatchEvent(new Event('visibilitychange'))")
                try await browser.until("!document.querySelector('#new-version').hidden")
                try await visitor.see("A new version is there.")
                #expect(
                    try await browser.run(
                        "return navigator.serviceWorker.getRegistration().then((it) => it.waiting?.state ?? it.active?.state)"
                    ) == "installed"
                )
                #expect(try await browser.run("return document.documentElement.dataset.build ?? ''") == "")
                #expect(try await browser.buildCaches().count == 2)
                // The former build works without a network, too, while the new one waits.
                try await visitor.goOffline()
                try await browser.reload()
                try await visitor.see("Appearance")
                #expect(try await browser.run("return document.documentElement.dataset.build ?? ''") == "")
                try await visitor.comeBack()

                try await browser.until("!document.querySelector('#new-version').hidden")
                try await browser.click("#new-version button")
                try await browser.until("document.documentElement.dataset.build === 'next'")
                try await visitor.see("Appearance")
                #expect(try await browser.run("return document.querySelector('#new-version').hidden") == true)
                try await visitor.goOffline()
                try await visitor.open("/playlists")
                try await visitor.see("Favourites")
                #expect(try await browser.run("return document.documentElement.dataset.build") == "next")
                try await visitor.comeBack()

                // The former build's files stay for a day, and then they go.
                #expect(try await browser.buildCaches().count == 2)
                try await browser.run(
                    """
                    return (async () => {
                      const notes = await caches.open("films-notes");
                      for (const request of await notes.keys()) await notes.put(request, new Response(String(Date.now() - 90_000_000)));
                    })();
                    """
                )
                try await visitor.open("/")
                try await browser.until(
                    "caches.keys().then((names) => names.filter((name) => name.startsWith('films-build-')).length === 1)"
                )
                #expect(try await browser.buildCaches() != former)
                #expect(try await next.terminate() == .exited(0))
            }
        }

        @Test("A page without a service worker finds the parts of its build at the service after a deploy")
        func withoutWorker() async throws {
            let films = try Films.current()
            let owner = try await films.makeAccount("plain")
            try await Visitor.meet("plain", at: films) { visitors in
                let (visitor, browser) = (visitors[0], visitors[0].browser)
                try await browser.devTools("Page.enable", [:])
                try await browser.devTools(
                    "Page.addScriptToEvaluateOnNewDocument",
                    ["source": "delete Navigator.prototype.serviceWorker"]
                )
                try await visitor.arrive(as: owner)
                let next = try await films.startAnother(front: try await Self.nextBuild(of: films, named: "plain"))
                visitor.relay.lead(to: next.port)
                visitor.relay.cut()
                try await visitor.go(to: "/playlists")
                try await visitor.see("Favourites")
                try await visitor.go(to: "/me")
                try await visitor.see("Appearance")
                #expect(try await browser.loadedBuilds() == 1)
                #expect(try await next.terminate() == .exited(0))
            }
        }

        @Test("The service worker keeps out of requests with a Range, of uploads and of everything under /api")
        func interception() async throws {
            let films = try Films.current()
            let owner = try await films.makeAccount("worker")
            let movie = try await owner.addMovie("Nosferatu")
            let video = try await films.makeVideo("worker", .init(seconds: 12))
            try await owner.attach(trailer: video, to: movie)
            try await Visitor.meet("worker", at: films) { visitors in
                let (visitor, browser) = (visitors[0], visitors[0].browser)
                try await visitor.arrive(as: owner)
                try await browser.awaitWorker()
                _ = try await browser.exchanges()
                _ = try await visitor.addMovie("With a poster", poster: "\(Films.fixtures)/photo.jpg")
                try await visitor.awaitSent()
                try await browser.until("document.querySelector('.film-poster img')?.naturalWidth > 0")
                try await browser.run(
                    "return fetch(document.querySelector('.film-poster img').currentSrc, { headers: { Range: 'bytes=0-9' } })"
                        + ".then((response) => response.arrayBuffer()).then(() => null)"
                )
                try await visitor.open("/movies/\(movie)")
                try await browser.until("document.querySelector('.player video[src]')?.readyState > 0")
                let seen = Exchanges(try await browser.exchanges())
                // It does answer: the page's own files, and pictures.
                #expect(seen.fromWorker("/front/") == [200])
                #expect(seen.fromWorker("preset=") == [200])
                #expect(seen.fromWorker("/api/") == [])
                #expect(seen.fromWorker("", status: 206) == [])
                #expect(seen.fromNetwork("/files/videos/").contains(206))
                #expect(seen.fromNetwork("/files/posters/").contains(206))
                #expect(seen.fromNetwork("/api/uploads").isSuperset(of: [201, 204]))
            }
        }

        /// A folder with the page as it will be: another build, which says so.
        private static func nextBuild(of films: Films, named name: String = "next") async throws -> String {
            let folder = "\(films.site.directory)/front-\(name)"
            let copied = try await ChildProcess.run(.init("cp", ["-r", films.front, folder]))
            try #require(copied.ending == .exited(0), "\(copied.errors)")
            let app = URL(filePath: "\(folder)/app.js")
            let text = try String(contentsOf: app, encoding: .utf8)
            try Data((text + "document.documentElement.dataset.build = \"\(name)\";\n").utf8).write(to: app)
            return folder
        }
    }
}

extension Browser {
    /// The names of the caches with the files of builds.
    fileprivate func buildCaches() async throws -> [String] {
        try await self.run(
            "return caches.keys().then((names) => names.filter((name) => name.startsWith('films-build-')))"
        )
        .elements.compactMap(\.text)
    }

    /// From how many builds the page has loaded modules.
    fileprivate func loadedBuilds() async throws -> Int {
        let count = try await self.run(
            """
            const builds = performance.getEntriesByType("resource").map(({ name }) => /\\/front\\/([0-9a-f]{12})\\//.exec(name)?.[1]);
            return new Set(builds.filter(Boolean)).size;
            """
        )
        return Int(count.number ?? 0)
    }
}

/// What was responded by whom, as sets of statuses.
private struct Exchanges {
    private let all: [Browser.Exchange]

    init(_ all: [Browser.Exchange]) { self.all = all }

    /// What the service worker responded to addresses that hold the text; with one status only, if it is given.
    func fromWorker(_ text: String, status: Int? = nil) -> Set<Int> {
        self.statuses(of: text, fromWorker: true).filter { status == nil || $0 == status }
    }

    /// What came by the network.
    func fromNetwork(_ text: String) -> Set<Int> { self.statuses(of: text, fromWorker: false) }

    private func statuses(of text: String, fromWorker: Bool) -> Set<Int> {
        var found: Set<Int> = []
        for one in self.all where one.isFromServiceWorker == fromWorker && (text.isEmpty || one.url.contains(text)) {
            if let status = one.status { found.insert(status) }
        }
        return found
    }
}
