import Access
import MediaCore
import MediaEngine
import Synchronization

/// An authority that another one can take the place of.
final class ReplaceableAuthority: EventAuthority {
    private let present: Mutex<(authority: any EventAuthority, number: Int)>

    init(_ first: any EventAuthority) { self.present = Mutex((first, 0)) }

    func replace(_ next: any EventAuthority) {
        self.present.withLock { $0 = (next, $0.number + 1) }
    }

    private var current: (authority: any EventAuthority, number: Int) { self.present.withLock { $0 } }

    func mayHear(_ event: FeedEvent) -> Bool { self.current.authority.mayHear(event) }

    func maySee(_ upload: UploadReference) -> Bool { self.current.authority.maySee(upload) }

    func state() async -> EventAccess {
        while true {
            let asked = self.current
            let state = await asked.authority.state()
            // The end of one that was replaced meanwhile is nobody's.
            if state == .valid || asked.number == self.current.number { return state }
        }
    }

    var canEnd: Bool { self.current.authority.canEnd }
}
