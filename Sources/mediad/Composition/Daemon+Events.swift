import MediaCore
import MediaEngine
import MediaServer
import MediaStorage

/// Who gives out the events.
extension Daemon {
    static func events(of app: AppServices, _ engine: EngineServices) -> EventUseCases {
        EventUseCases(
            hub: FeedHub(
                feed: app.feed,
                signals: engine.feedSignals,
                limits: app.settings.events.hub,
                encode: FeedEventJSON(renditions: engine.renditions).encode
            ),
            gate: app.access.service,
            progress: engine.uploadProgress,
            tickets: EventTicketService(store: app.catalog, clock: { Timestamp.now() })
        )
    }
}
