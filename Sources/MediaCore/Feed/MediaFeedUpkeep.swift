package import Primitives

/// What keeps mediad's feed going, beside what every feed needs.
///
/// Second implementation: `InMemoryCatalog` in MediaTesting. Every method throws ``MediaError`` with `catalog_unavailable` when the
/// database cannot be reached or does not answer in time.
package protocol MediaFeedUpkeep: FeedUpkeep {
    /// Begins another epoch when the feed's head lies before `cursor`, of the same epoch: the database was set back to an older state,
    /// by means that left no trace in it.
    func renewEpoch(ifBefore cursor: FeedCursor) async throws(MediaError)

    /// Adds the change that a preset's rendition of a file was made, unless the file has other bytes by now.
    func noteRendition(preset: String, of file: MediaFile) async throws(MediaError)
}
