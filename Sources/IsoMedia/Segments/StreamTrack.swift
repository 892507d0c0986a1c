/// A track as it stands in a stream.
package struct StreamTrack: Hashable, Sendable {
    package var track: Track
    package var entry: SampleEntry
    /// Its number in the stream.
    var number: UInt32
    /// What is added to the decode times of the file; they begin at 0 or later in the stream.
    var decodeShift: Int64 = 0
    /// What is added to the composition offsets: negative where the edit list leaves out what decoding is ahead of showing.
    /// Streams have no edit lists, because browsers do not heed them.
    var compositionShift: Int64 = 0

    /// Seconds of a number of ticks.
    func seconds(_ ticks: Int64) -> Double { Double(ticks) / Double(self.track.timescale) }

    func presentationTime(_ sample: Sample) -> Int64 {
        sample.presentationTime + self.decodeShift + self.compositionShift
    }
}
