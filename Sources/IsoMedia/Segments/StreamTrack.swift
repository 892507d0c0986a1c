/// A track as it stands in a stream.
package struct StreamTrack: Hashable, Sendable {
    /// The track of the file.
    package var track: Track
    /// How its samples are coded.
    package var entry: SampleEntry
    /// Its number in the stream.
    var number: UInt32
    /// What is added to the times of the file, in ticks: streams have no edit lists, because browsers do not heed them.
    var shift: Int64 = 0

    /// Seconds of a number of ticks.
    func seconds(_ ticks: Int64) -> Double { Double(ticks) / Double(self.track.timescale) }
}
