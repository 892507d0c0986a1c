import MediaEngine

extension Settings {
    /// How far the clock may jump before the trash believes it: whoever has thirty days has them, whatever a clock says for one.
    var trashPatience: Duration { max(self.uploads.limits.expiry, self.trash.retention) }

    /// What the engine is bound by.
    var engine: EngineSettings {
        EngineSettings(
            cachedRecords: self.files.cachedRecords,
            maximumExamined: self.http.maximumExamined,
            waitersPerName: self.files.waitersPerName,
            retryInterval: self.files.retryInterval,
            // The server's own limit is a little longer than ours; twice is past both.
            statementUncertainty: self.database.statementTimeout * 2,
            fillInPause: self.files.fillInPause,
            collections: self.collections,
            pictures: self.images.rules,
            warmingQueue: self.images.warmingQueue,
            storyboards: self.videos.storyboards,
            renditions: EngineSettings.Renditions(
                maximumSize: self.renditions.maximumSize,
                sweepInterval: self.renditions.sweepInterval,
                failureLifetime: self.renditions.failureLifetime
            ),
            uploads: self.uploads.limits,
            feed: self.feed.limits,
            trash: self.trash
        )
    }
}
