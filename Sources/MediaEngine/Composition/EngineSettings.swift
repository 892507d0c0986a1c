package import FeedServing
package import MediaCore

/// The bounds and rules of the use cases. Every field is a configuration key, or follows from one.
package struct EngineSettings: Sendable {
    /// Records kept in memory (`files.cachedRecords`); 0 keeps none.
    package var cachedRecords: Int
    /// Files that a page of a list tries where no index leads to those that match (`http.maximumExamined`).
    package var maximumExamined: Int
    /// Uploads and deletions that may wait for one name (`files.waitersPerName`).
    package var waitersPerName: Int
    /// Pause before something that passes is tried again (`files.retryInterval`).
    package var retryInterval: Duration
    /// How long a statement can run on the database's server after its response was given up.
    package var statementUncertainty: Duration
    /// Pause after each file whose facts are filled in (`files.fillInPause`).
    package var fillInPause: Duration
    /// In the order of the configuration.
    package var collections: [MediaCollection]
    /// What holds for pictures of all collections, the limits of decoders included (`images.*`).
    package var pictures: PictureRules
    /// New files that may wait for their thumbnails (`images.warmingQueue`).
    package var warmingQueue: Int
    /// What holds for the storyboards of all videos.
    package var storyboards: Storyboard.Rules
    /// The bounds of stored renditions.
    package var renditions: Renditions
    /// The bounds of resumable uploads.
    package var uploads: UploadSettings
    /// How much of the feed is kept (`feed.*`).
    package var feed: FeedPruner.Limits
    /// How long deleted files are kept.
    package var trash: TrashSettings

    /// Every field is a configuration key (`renditions.*`).
    package struct Renditions: Sendable {
        /// All of them together, in blocks of the disk.
        package var maximumSize: ByteCount
        /// Pause between two looks at how much they take.
        package var sweepInterval: Duration
        /// How long it is remembered that nothing can be made of a file.
        package var failureLifetime: Duration

        package init(maximumSize: ByteCount, sweepInterval: Duration, failureLifetime: Duration) {
            self.maximumSize = maximumSize
            self.sweepInterval = sweepInterval
            self.failureLifetime = failureLifetime
        }
    }

    package init(
        cachedRecords: Int,
        maximumExamined: Int,
        waitersPerName: Int,
        retryInterval: Duration,
        statementUncertainty: Duration,
        fillInPause: Duration,
        collections: [MediaCollection],
        pictures: PictureRules,
        warmingQueue: Int,
        storyboards: Storyboard.Rules,
        renditions: Renditions,
        uploads: UploadSettings,
        feed: FeedPruner.Limits,
        trash: TrashSettings = TrashSettings()
    ) {
        self.cachedRecords = cachedRecords
        self.maximumExamined = maximumExamined
        self.waitersPerName = waitersPerName
        self.retryInterval = retryInterval
        self.statementUncertainty = statementUncertainty
        self.fillInPause = fillInPause
        self.collections = collections
        self.pictures = pictures
        self.warmingQueue = warmingQueue
        self.storyboards = storyboards
        self.renditions = renditions
        self.uploads = uploads
        self.feed = feed
        self.trash = trash
    }
}
