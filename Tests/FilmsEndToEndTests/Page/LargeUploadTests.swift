import BrowserTesting
import MediaTesting
import Testing

extension PageStories {
    /// Files that take longer than a page lives, in real browsers.
    @Suite(.serialized, .timeLimit(.minutes(5)))
    struct LargeUploadTests {
        @Test(
            """
            S13: A browser killed in the middle of 200 MB goes on by itself, sends only the rest, and the file \
            is the same byte for byte
            """
        )
        func killed() async throws {
            let films = try Films.current()
            let owner = try await films.makeAccount("killed")
            let movie = try await owner.addMovie("Metropolis")
            let length = 200_000_000
            let video = try await films.makeVideo("large", .init(bytes: length))
            let digest = try await films.digest(of: video)
            try await Visitor.meet("killed", at: films) { visitors in
                let visitor = visitors[0]
                try await visitor.arriveForLong(as: owner, at: "/movies/\(movie)")
                let browser = visitor.browser
                let before = visitor.relay.passed
                visitor.relay.stall(after: 60_000_000)
                try await visitor.attachTrailer(video)
                try await requireEventually(within: .seconds(60)) { visitor.relay.passed - before >= 60_000_000 }
                try await browser.until("document.querySelector('.upload progress')?.value > 0.25")
                await visitor.kill()
                visitor.relay.pass()
                let rest = visitor.relay.passed
                try await visitor.start(at: "/movies/\(movie)")
                try await visitor.browser.until("document.querySelector('.player video[src]')", within: .seconds(150))
                try await visitor.awaitSent()
                let sent = visitor.relay.passed - rest
                // One request carries 32 MiB: what mediad had of the second one counts as well.
                #expect(sent > 100_000_000 && sent < length - 33_554_432, "\(sent)")
                #expect(try await films.storedVideos().filter { $0 == digest }.count == 1)
                #expect(try await visitor.browser.keptFiles() == 0)
                let trailer = try await owner.ask("GET", "/api/movies/\(movie)/trailer")
                let address = try #require(trailer["url"].text)
                let copy = "\(films.site.directory)/copy.mp4"
                let fetched = try await ChildProcess.run(
                    .init("curl", ["-sf", "-o", copy, address.hasPrefix("/") ? films.service.url + address : address])
                )
                #expect(fetched.ending == .exited(0))
                #expect(try await films.digest(of: copy) == digest)
            }
        }

        @Test(
            """
            An upload is paused, stays so after a reload, goes on, and another one is given up with all that was \
            kept of it
            """
        )
        func pausedAndCancelled() async throws {
            let films = try Films.current()
            let owner = try await films.makeAccount("paused")
            let movie = try await owner.addMovie("Sunrise")
            let video = try await films.makeVideo("paused", .init(bytes: 24_000_000))
            let digest = try await films.digest(of: video)
            try await Visitor.meet("paused", at: films) { visitors in
                let (visitor, browser) = (visitors[0], visitors[0].browser)
                try await visitor.arrive(as: owner, at: "/movies/\(movie)")
                try await browser.awaitWorker()
                visitor.relay.stall(after: 4_000_000)
                try await visitor.attachTrailer(video)
                try await browser.until("document.querySelector('.upload progress')?.value > 0.1")
                try await visitor.go(to: "/waiting")
                try await browser.until("document.querySelector('.entry progress')?.value > 0.1")
                try await visitor.press("Pause")
                try await browser.until("document.querySelector('.entry .state')?.textContent.includes('paused')")
                visitor.relay.pass()
                try await browser.reload()
                try await browser.until("document.querySelector('.entry .state')?.textContent.includes('paused')")
                #expect(try await films.storedVideos().contains(digest) == false)
                try await visitor.press("Go on")
                try await visitor.awaitSent()
                #expect(try await films.storedVideos().filter { $0 == digest }.count == 1)

                let other = try await films.makeVideo("other", .init(seconds: 3, bytes: 24_000_000))
                let refused = try await films.digest(of: other)
                try await visitor.open("/movies/\(movie)")
                try await browser.until("document.querySelector('[data-key=edit]')")
                visitor.relay.stall(after: 4_000_000)
                try await visitor.attachTrailer(other)
                try await browser.until("document.querySelector('.upload progress')?.value > 0.1")
                let address = try await browser.uploadAddress(of: owner)
                try await visitor.go(to: "/waiting")
                try await visitor.press("Discard")
                try await visitor.press("Discard")
                visitor.relay.pass()
                try await visitor.awaitSent()
                try await requireEventually(within: .seconds(40)) {
                    let fields = [("Tus-Resumable", "1.0.0"), ("Authorization", "Bearer \(films.key)")]
                    return try await films.media.request("HEAD", address, fields).status >= 404
                }
                #expect(try await films.storedVideos().contains(refused) == false)
                try await requireEventually(within: .seconds(40)) { try await browser.keptFiles() == 0 }
                // The trailer of before is still the film's.
                #expect(try await owner.ask("GET", "/api/movies/\(movie)")["trailer"]["fileId"].text != nil)
            }
        }

        @Test(
            """
            A file that the browser could not keep is chosen again: another one is refused, the same one goes on \
            where it was
            """
        )
        func chosenAgain() async throws {
            let films = try Films.current()
            let owner = try await films.makeAccount("again")
            let movie = try await owner.addMovie("Nosferatu")
            let video = try await films.makeVideo("again", .init(bytes: 12_000_000))
            let other = try await films.makeVideo("similar", .init(seconds: 3, bytes: 12_000_000))
            let digest = try await films.digest(of: video)
            try await Visitor.meet("again", at: films) { visitors in
                let visitor = visitors[0]
                try await visitor.arriveForLong(as: owner, at: "/movies/\(movie)")
                // As in a private window: no room for files anywhere.
                try await visitor.browser.run(
                    """
                    navigator.storage.getDirectory = () => Promise.reject(new DOMException("", "SecurityError"));
                    const put = IDBObjectStore.prototype.put;
                    IDBObjectStore.prototype.put = function (value, key) {
                      if (value instanceof Blob) throw new DOMException("", "QuotaExceededError");
                      return put.call(this, value, key);
                    };
                    """
                )
                visitor.relay.stall(after: 5_000_000)
                try await visitor.attachTrailer(video)
                try await visitor.see("Leave this page open until it is sent")
                try await visitor.browser.until("document.querySelector('.upload progress')?.value > 0.2")
                _ = try await visitor.browser.uploadAddress(of: owner)
                try await requireEventually(within: .seconds(40)) {
                    try await visitor.browser.waitingFile(of: owner)["sha256"].text == digest
                }
                await visitor.kill()
                // What the browser had given to the system is lost, too, which can be all the rest.
                visitor.relay.cut()
                visitor.relay.pass()
                try await visitor.start(at: "/waiting")
                try await visitor.see("Please choose it again")
                let before = visitor.relay.passed
                try await visitor.press("Choose a file")
                let field = "dialog input[type=file]"
                try await visitor.browser.type(other, into: field)
                try await visitor.press("Send again")
                try await visitor.see("That is another file.")
                try await visitor.browser.type(video, into: field)
                try await visitor.browser.until("!document.querySelector('dialog .primary').disabled")
                try await visitor.press("Send again")
                try await visitor.awaitSent()
                let sent = visitor.relay.passed - before
                #expect(sent > 6_000_000 && sent < 10_500_000, "\(sent)")
                #expect(try await films.storedVideos().filter { $0 == digest }.count == 1)
            }
        }
    }
}

extension Visitor {
    /// Gives the film that is shown a trailer, by its form.
    func attachTrailer(_ file: String) async throws {
        try await self.browser.until("document.querySelector('.film-head [data-key=edit]')")
        try await self.browser.click(".film-head [data-key=edit]")
        try await self.choose(file, for: "Trailer")
        try await self.browser.click("dialog form .primary")
        // The file is copied first.
        try await self.browser.until("!document.querySelector('dialog')", within: .seconds(90))
    }
}

extension Browser {
    /// Waits until all parts of the page are on the device: none has to come past a jammed upload.
    func awaitWorker() async throws {
        try await self.until("navigator.serviceWorker.controller?.state === 'activated'")
    }

    /// How many files the page keeps on the device for sending.
    func keptFiles() async throws -> Int {
        let count = try await self.run(
            """
            return (async () => {
              let count = 0;
              try {
                const root = await navigator.storage.getDirectory();
                for await (const name of (await root.getDirectoryHandle("waiting")).keys()) count += 1;
              } catch {}
              return count;
            })();
            """
        )
        return Int(count.number ?? -1)
    }

    /// What the page has noted of the first file that waits.
    func waitingFile(of account: Account) async throws -> JSONValue {
        try await self.run(
            """
            return new Promise((resolve, reject) => {
              const open = indexedDB.open(`films-${arguments[0]}`);
              open.onerror = () => reject(open.error);
              open.onsuccess = () => {
                const all = open.result.transaction("outbox").objectStore("outbox").getAll();
                all.onsuccess = () => {
                  open.result.close();
                  const { location = null, sha256 = null } = all.result.find(({ file }) => file)?.file ?? {};
                  resolve({ location, sha256 });
                };
              };
            });
            """,
            .string(account.id)
        )
    }

    /// The path of the upload under way, as soon as the page has noted it.
    func uploadAddress(of account: Account) async throws -> String {
        var address: String?
        try await requireEventually(within: .seconds(40)) {
            address = try await self.waitingFile(of: account)["location"].text
            return address != nil
        }
        let text = address ?? ""
        guard let scheme = text.firstRange(of: "://") else { return text }
        return String(text[scheme.upperBound...].drop { $0 != "/" })
    }
}
