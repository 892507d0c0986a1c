import MediaCore
import MediaTesting
import Testing

@Suite("A catalog whose calls for uploads fail")
struct FaultyUploadCatalogTests {
    @Test("Every call can be made to fail, by its name, as an outage", arguments: calls)
    func each(_ call: Call) async throws {
        let memory = InMemoryCatalog()
        let plan = FaultPlan(failing: 1, mode: .refused, only: "catalog.uploads.\(call.name)")
        let catalog = FaultyCatalog(memory, plan: plan)
        plan.arm()
        #expect(await code { () async throws(MediaError) in try await call.make(catalog) } == .catalogUnavailable)
        #expect(plan.failedCall == "catalog.uploads.\(call.name)")
        #expect(try await memory.uploads(in: .receiving, limit: 10) == [])
        #expect(memory.takeoverRequests == [])
        #expect(await code { () async throws(MediaError) in try await call.make(catalog) } == nil)
    }

    @Test("A creation whose answer is lost has been made")
    func answerLost() async throws {
        let memory = InMemoryCatalog()
        let plan = FaultPlan(failing: 1, mode: .answerLost)
        let catalog = FaultyCatalog(memory, plan: plan)
        plan.arm()
        let upload = SampleRecords.upload(1)
        let found = await code { () async throws(MediaError) in
            try await catalog.create(upload, within: SampleRecords.ampleQuota)
        }
        #expect(found == .catalogUnavailable)
        #expect(try await memory.upload(id: upload.id) == upload)
    }

    struct Call: Sendable, CustomTestStringConvertible {
        var name: String
        var make: @Sendable (any UploadCatalog) async throws(MediaError) -> Void

        var testDescription: String { self.name }
    }

    static let calls: [Call] = [
        Call(name: "create") { catalog async throws(MediaError) in
            try await catalog.create(SampleRecords.upload(1), within: SampleRecords.ampleQuota)
        },
        Call(name: "id") { catalog async throws(MediaError) in
            _ = try await catalog.upload(id: SampleRecords.uploadID(1))
        },
        Call(name: "ids") { catalog async throws(MediaError) in
            _ = try await catalog.uploads(ids: [SampleRecords.uploadID(1)])
        },
        Call(name: "update") { catalog async throws(MediaError) in
            _ = try await catalog.update(SampleRecords.upload(1), from: [.receiving])
        },
        Call(name: "reserved") { catalog async throws(MediaError) in _ = try await catalog.reservedBytes() },
        Call(name: "state") { catalog async throws(MediaError) in
            _ = try await catalog.uploads(in: .receiving, limit: 1)
        },
        Call(name: "expired") { catalog async throws(MediaError) in
            _ = try await catalog.expired(before: SampleRecords.uploadTime, limit: 1)
        },
        Call(name: "shorten") { catalog async throws(MediaError) in
            _ = try await catalog.shortenExpiry(after: SampleRecords.uploadTime, to: SampleRecords.uploadTime)
        },
        Call(name: "forget") { catalog async throws(MediaError) in
            _ = try await catalog.forgetEnded(before: SampleRecords.uploadTime)
        },
        Call(name: "takeover") { catalog async throws(MediaError) in
            try await catalog.requestTakeover(of: SampleRecords.uploadID(1), asked: Timestamp(microseconds: 7))
        },
    ]
}
