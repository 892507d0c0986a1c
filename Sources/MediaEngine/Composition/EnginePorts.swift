package import MediaCore

/// What the engine is built on: one adapter for each port. Tests give doubles here and use the services as the daemon does.
package struct EnginePorts: Sendable {
    package var catalog: any Catalog
    package var uploadCatalog: any UploadCatalog
    package var changeLog: any ChangeLog
    package var staging: any Staging
    package var tree: any FileTree
    package var renditionStore: any RenditionStore
    package var inspector: any Inspector
    package var rewriter: any Rewriter
    package var renderer: any Renderer
    /// The time of day, for records and expiries.
    package var clock: WallClock
    /// The time that only passes, for what is remembered for a while.
    package var now: @Sendable () -> ContinuousClock.Instant

    /// - Parameters:
    ///   - catalog: records and commits; `uploadCatalog` and `changeLog` are of the same database.
    ///   - staging: on the file system of `tree`, as finished files are renamed from one into the other.
    package init(
        catalog: any Catalog,
        uploadCatalog: any UploadCatalog,
        changeLog: any ChangeLog,
        staging: any Staging,
        tree: any FileTree,
        renditionStore: any RenditionStore,
        inspector: any Inspector,
        rewriter: any Rewriter,
        renderer: any Renderer,
        clock: @escaping WallClock,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.catalog = catalog
        self.uploadCatalog = uploadCatalog
        self.changeLog = changeLog
        self.staging = staging
        self.tree = tree
        self.renditionStore = renditionStore
        self.inspector = inspector
        self.rewriter = rewriter
        self.renderer = renderer
        self.clock = clock
        self.now = now
    }
}
