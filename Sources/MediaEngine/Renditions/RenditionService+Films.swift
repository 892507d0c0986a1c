package import MediaCore

extension RenditionService {
    /// The small pictures for the seek bar; nil for what is no film, or one that has no size or length.
    package func storyboard(of film: MediaFile) -> Storyboard? {
        guard film.isRenderable else { return nil }
        return Storyboard(of: film, rules: self.storyboards)
    }
}
