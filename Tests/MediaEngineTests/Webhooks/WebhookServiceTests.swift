import MediaCore
import Testing

@testable import MediaEngine

@Suite("Making and changing webhooks")
struct WebhookServiceTests {
    private let scene = WebhookScene()

    private func code(_ draft: WebhookDraft) async -> MediaError.Code? {
        do {
            _ = try await self.scene.service.create(draft)
            return nil
        } catch { return error.code }
    }

    @Test("A draft is judged before anything is kept")
    func refused() async throws {
        let url = "https://example.com/"
        #expect(await self.code(WebhookDraft(url: "ftp://example.com/")) == .endpointNotAllowed)
        #expect(await self.code(WebhookDraft(url: "https://inside/")) == .endpointNotAllowed)
        #expect(await self.code(WebhookDraft(url: url, name: String(repeating: "a", count: 101))) == .invalidRequest)
        #expect(await self.code(WebhookDraft(url: url, name: "a\u{1B}[31mb")) == .invalidRequest)
        #expect(await self.code(WebhookDraft(url: url, events: ["file.made"])) == .invalidRequest)
        #expect(await self.code(WebhookDraft(url: url, events: ["*"])) == .invalidRequest)
        #expect(await self.code(WebhookDraft(url: url, collections: ["nowhere"])) == .unknownCollection)
        let many = [String](repeating: "file.created", count: 65)
        #expect(await self.code(WebhookDraft(url: url, events: many)) == .invalidRequest)
        let other = try #require(WebhookStart("other.1"))
        #expect(await self.code(WebhookDraft(url: url, start: other)) == .cursorExpired)
        #expect(try await self.scene.service.list().isEmpty)
    }

    @Test("There are as many as the setting says")
    func maximum() async throws {
        for _ in 0..<3 { #expect(await self.code(WebhookDraft(url: "https://example.com/")) == nil) }
        #expect(await self.code(WebhookDraft(url: "https://example.com/")) == .invalidRequest)
        #expect(try await self.scene.service.list().count == 3)
    }

    @Test("It begins now, at the floor, or at a cursor")
    func start() async throws {
        for _ in 0..<5 { self.scene.feed.append() }
        for (text, position) in [("now", 5), ("floor", 0), ("e1.2", 2)] {
            let start = WebhookStart(text)
            #expect(start != nil)
            let draft = WebhookDraft(url: "https://example.com/", start: start)
            let status = try await self.scene.service.create(draft).status
            #expect(status.webhook.cursor.position == Int64(position))
            #expect(status.lag == Int64(5 - position))
        }
        #expect(WebhookStart("then") == nil)
    }

    @Test("A rotation keeps the secret before, unless that has leaked")
    func rotation() async throws {
        let (status, first) = try await self.scene.service.create(WebhookDraft(url: "https://example.com/"))
        let id = status.webhook.id
        let second = try await self.scene.service.rotate(id, dropsOld: false)
        #expect(try await self.scene.only().secrets == [second, first])
        let third = try await self.scene.service.rotate(id, dropsOld: false)
        #expect(try await self.scene.only().secrets == [third, second])
        let fourth = try await self.scene.service.rotate(id, dropsOld: true)
        #expect(try await self.scene.only().secrets == [fourth])
    }

    @Test("A change keeps what it does not name, is judged as a whole, and never moves the cursor")
    func change() async throws {
        for _ in 0..<5 { self.scene.feed.append() }
        let draft = WebhookDraft(url: "https://example.com/", name: "app", events: ["file.*"], start: .floor)
        let (status, secret) = try await self.scene.service.create(draft)
        let id = status.webhook.id
        let service = self.scene.service
        for bad in [
            WebhookChange(url: "https://inside/", name: "other"), WebhookChange(name: "other", events: ["file.made"]),
            WebhookChange(name: "other", collections: ["nowhere"]),
            WebhookChange(url: "ftp://example.com/", name: "other"),
            WebhookChange(name: "\u{202E}other"),
        ] {
            await #expect(throws: MediaError.self) { _ = try await service.change(id, bad) }
        }
        #expect(try await self.scene.only() == status.webhook, "nothing of a change that is refused")
        var changed = try await service.change(id, WebhookChange(url: "https://example.com/new", events: [])).webhook
        #expect(changed.url.text == "https://example.com/new" && changed.events == [] && changed.name == "app")
        #expect(changed.cursor == status.webhook.cursor && changed.secrets == [secret])
        changed = try await service.change(id, WebhookChange(isActive: false)).webhook
        #expect(changed.state == .disabled && changed.nextTry == nil)
        changed = try await service.change(id, WebhookChange(url: "https://example.com/", isActive: true)).webhook
        #expect(changed.state == .active && changed.nextTry != nil)
    }

    @Test("What is not there is not found")
    func unknown() async throws {
        let id = WebhookID.make()
        for act in [
            { (service: WebhookService) async throws in try await service.delete(id) },
            { (service: WebhookService) async throws in try await service.enable(id) },
            { (service: WebhookService) async throws in try await service.disable(id) },
            { (service: WebhookService) async throws in try await service.replay(id, from: .now) },
            { (service: WebhookService) async throws in _ = try await service.rotate(id, dropsOld: true) },
            { (service: WebhookService) async throws in _ = try await service.status(of: id) },
            { (service: WebhookService) async throws in _ = try await service.change(id, WebhookChange(name: "a")) },
        ] {
            let error = await #expect(throws: MediaError.self) { try await act(self.scene.service) }
            #expect(error?.code == .notFound)
        }
    }
}
