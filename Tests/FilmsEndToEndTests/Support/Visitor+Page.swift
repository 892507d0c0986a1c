import BrowserTesting
import MediaTesting
import Testing

/// The page as a person uses it: by what is written on it.
extension Visitor {
    func open(_ path: String) async throws { try await self.browser.open(self.url + path) }

    /// Follows a link of the bar or of the text to a view, without loading the page again.
    func go(to path: String) async throws {
        try await self.browser.click(
            found:
                "[...document.querySelectorAll(`a[href=\"${arguments[0]}\"]`)].find((link) => link.checkVisibility())",
            .string(path)
        )
        try await self.browser.until(
            "location.pathname === arguments[0] && document.querySelector('#main').childElementCount > 0",
            .string(path)
        )
    }

    /// Signs in with the page's form.
    func signIn(_ account: Account) async throws { try await self.signIn(account.username, password: account.password) }

    func signIn(_ username: String, password: String) async throws {
        try await self.browser.until("document.querySelector('.sign-in form')")
        try await self.fill("User name", with: username)
        try await self.fill("Password", with: password)
        try await self.browser.click(".sign-in .primary")
        try await self.browser.until(
            "document.querySelector('#bar:not([hidden]) .bar-name')?.textContent === arguments[0]",
            .string(username)
        )
    }

    /// Opens the page and signs in.
    func arrive(as account: Account, at path: String = "/") async throws {
        try await self.open(path)
        try await self.signIn(account)
    }

    /// Signs in and comes back another day, so that a killed browser still knows who is signed in.
    ///
    /// Chromium writes what pages store to the profile only seconds later, cookies even half a minute later; a browser that ends in good
    /// order writes all of it, and the cookie that the page gets on its return is written here.
    func arriveForLong(as account: Account, at path: String = "/") async throws {
        try await self.arrive(as: account, at: path)
        try await self.browser.awaitWorker()
        await self.close()
        try await self.start(at: path)
        try await self.browser.until(
            "performance.getEntriesByType('resource').some(({ name, responseEnd }) => name.endsWith('/api/session/refresh') && responseEnd > 0)"
        )
        try await self.browser.awaitWorker()
        try await self.browser.writeCookies()
    }

    /// Writes into the field with this label, in place of what is there. A dialog's fields come before the page's.
    func fill(_ label: String, with text: String) async throws {
        let selector = try await self.field(label)
        try await self.browser.run(
            "const field = document.querySelector(arguments[0]); field.focus(); field.select()",
            .string(selector)
        )
        try await self.browser.type(text, into: selector)
    }

    /// Chooses a file in the field with this label.
    func choose(_ file: String, for label: String) async throws {
        try await self.browser.type(file, into: try await self.field(label))
    }

    private func field(_ label: String) async throws -> String {
        let id = try await self.browser.until(
            """
            (() => {
              const scope = document.querySelector("dialog[open]") ?? document;
              return [...scope.querySelectorAll("label")].find((one) => one.textContent.trim() === arguments[0])?.control?.id;
            })()
            """.replacing("\n", with: " "),
            .string(label)
        )
        return "#\(id.text ?? "")"
    }

    /// Clicks what is called so, or has these words on it: a button, a link, or a label. A dialog's come before the page's.
    func press(_ name: String) async throws {
        try await self.browser.click(
            found: """
                (() => {
                  const scope = document.querySelector("dialog[open]") ?? document;
                  return [...scope.querySelectorAll("button, a, label")].find((one) =>
                    one.checkVisibility() && [one.getAttribute("aria-label"), one.title, one.textContent].some((said) => said?.trim() === arguments[0]));
                })()
                """.replacing("\n", with: " "),
            .string(name)
        )
    }

    /// Waits until a text is to be seen. The marks that set off a value's direction of writing (Unicode's isolates) are not.
    func see(_ text: String) async throws {
        try await self.browser.until("\(Self.visibleText).includes(arguments[0])", .string(text))
    }

    /// Waits until a text is not to be seen.
    func seeNo(_ text: String) async throws {
        try await self.browser.until("!\(Self.visibleText).includes(arguments[0])", .string(text))
    }

    private static let visibleText = #"document.body.innerText.replace(/[\u2066-\u2069]/g, "")"#

    /// Adds a film by the page's form, and stays at its page.
    /// - Returns: its id.
    func addMovie(_ title: String, poster: String? = nil) async throws -> String {
        if try await self.browser.run("return location.pathname") != "/" { try await self.go(to: "/") }
        try await self.press("Add a film")
        try await self.fill("Title", with: title)
        if let poster { try await self.choose(poster, for: "Poster") }
        try await self.browser.click("dialog form .primary")
        try await self.browser.until("document.querySelector('.film h1')?.textContent === arguments[0]", .string(title))
        return try await self.browser.run("return location.pathname.split('/')[2]").text ?? ""
    }

    /// Writes a comment with a rating on the film that is shown.
    func comment(_ text: String, rating: Int) async throws {
        try await self.fill("Your comment", with: text)
        try await self.browser.run(
            "document.querySelector('.comment-form select').value = String(arguments[0])",
            .number(Double(rating))
        )
        try await self.browser.click(found: "document.querySelector('.comment-form .primary')")
        try await self.browser.until(
            "[...document.querySelectorAll('.comment-text')].some((one) => one.textContent === arguments[0])",
            .string(text)
        )
    }

    /// How many entries wait to be sent, as the bar says it.
    func waiting() async throws -> Int {
        Int(
            try await self.browser.run("return document.querySelector('#bar .count-badge span')?.textContent ?? '0'")
                .text ?? ""
        ) ?? 0
    }

    /// Waits until nothing waits to be sent any more, on the disk and on the screen.
    func awaitSent() async throws {
        try await self.browser.until(
            """
            document.querySelector("#bar:not([hidden])") && !document.querySelector("#bar .count-badge") && (async () => {
              const name = `films-${JSON.parse(localStorage.account).id}`;
              if (!(await indexedDB.databases()).some((one) => one.name === name)) return false;
              const settled = (request) => new Promise((resolve, reject) => {
                request.onsuccess = () => resolve(request.result);
                request.onerror = () => reject(request.error);
              });
              const database = await settled(indexedDB.open(name));
              const count = await settled(database.transaction("outbox").objectStore("outbox").count());
              database.close();
              return count === 0;
            })()
            """
        )
    }
}
