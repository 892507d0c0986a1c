package import MediaCore

extension RenditionService {
    /// The small pictures for the seek bar of a player.
    ///
    /// - Returns: nil for what is no video, or one whose dimensions or duration are not known.
    package func storyboard(of video: MediaFile) -> Storyboard? {
        guard video.isRenderable else { return nil }
        return Storyboard(of: video, rules: self.storyboards)
    }
}
