import Hummingbird
import NIOCore

/// What travels with a request: Hummingbird's own, and the connection, for bytes that go around it.
struct MediaRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        self.coreContext = .init(source: source)
        self.channel = source.channel
    }
}
