import Access
import MediaCore
import MediaEngine

/// The gate of a service that is open to whoever reaches it.
struct OpenEventGate: EventGate {
    func authority(of principal: Principal) -> any EventAuthority { OpenAuthority() }
    func principal(ofToken token: String) async throws(MediaError) -> Principal { .open }
}

/// Everybody hears everything.
struct OpenAuthority: EventAuthority {
    func mayHear(_ event: FeedEvent) -> Bool { true }
    func maySee(_ upload: UploadReference) -> Bool { true }
    func state() async -> EventAccess { .valid }
    var canEnd: Bool { false }
}
