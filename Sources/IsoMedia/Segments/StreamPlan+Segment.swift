extension StreamPlan {
    /// One segment: a movie fragment, and ranges of the video (ISO/IEC 14496-12 section 8.8).
    /// - Parameters:
    ///   - index: counted from 0.
    ///   - length: of the video's file in bytes.
    /// - Throws: ``IsoMediaFault/damaged(_:)`` where frames lie outside of the file.
    package func segment(_ index: Int, fileLength length: Int64) throws(IsoMediaFault) -> Assembly {
        guard self.segments.indices.contains(index) else { throw .unsupported("no segment \(index)") }
        let segment = self.segments[index]
        var runs: [Run] = []
        if let video = self.video { runs.append(try Run(video, segment.videoSamples)) }
        if let audio = self.audio { runs.append(try Run(audio, segment.audioSamples)) }
        runs.removeAll { $0.samples.isEmpty }
        var assembly = Assembly()
        for run in runs {
            for sample in run.samples where sample.offset + Int64(sample.size) > length {
                throw .damaged("a frame outside of the file")
            }
        }
        assembly.append(try Self.head(runs, number: UInt32(clamping: index + 1)))
        for run in runs {
            for sample in run.samples {
                assembly.append(source: sample.offset..<sample.offset + Int64(sample.size))
            }
        }
        return assembly
    }

    /// The samples of one track in a segment.
    private struct Run {
        var track: StreamTrack
        var samples: [Sample]

        init(_ track: StreamTrack, _ range: Range<Int>) throws(IsoMediaFault) {
            self.track = track
            self.samples = try track.streamSamples(in: range)
        }

        var bytes: Int { self.samples.reduce(0) { $0 + $1.size } }
    }

    /// Everything before the frames.
    private static func head(_ runs: [Run], number: UInt32) throws(IsoMediaFault) -> [UInt8] {
        var fragment = BoxWriter()
        // Where the runs tell how far from the fragment's beginning their frames lie.
        var places: [Int] = []
        fragment.box("moof") { writer in
            writer.fullBox("mfhd") { $0.u32(number) }
            for run in runs { places.append(Self.write(run, to: &writer)) }
        }
        var distance = fragment.bytes.count + 8
        for (place, run) in zip(places, runs) {
            fragment.replace(at: place, with: UInt32(clamping: distance))
            distance += run.bytes
        }
        let bytes = runs.reduce(0) { $0 + $1.bytes }
        guard bytes < Int(Int32.max) else { throw .tooComplex("a segment of \(bytes) bytes") }
        var writer = BoxWriter()
        writer.box("styp") { writer in
            writer.fourCC("msdh")
            writer.u32(0)
            writer.fourCC("msdh")
            writer.fourCC("iso6")
        }
        writer.append(fragment.bytes)
        writer.u32(UInt32(8 + bytes))
        writer.fourCC("mdat")
        return writer.bytes
    }

    /// - Returns: where the distance of the frames has to be written.
    private static func write(_ run: Run, to writer: inout BoxWriter) -> Int {
        let isVideo = run.track.track.handler == "vide"
        var place = 0
        writer.box("traf") { writer in
            // Distances count from the fragment (default-base-is-moof).
            writer.fullBox("tfhd", flags: 0x02_0000) { $0.u32(run.track.number) }
            writer.fullBox("tfdt", version: 1) { writer in
                let first = run.samples.first?.decodeTime ?? 0
                writer.u64(UInt64(clamping: first + run.track.shift))
            }
            // Distance, then of each sample the duration, size, flags and, of pictures, the composition offset, signed.
            writer.fullBox("trun", version: 1, flags: isVideo ? 0xF01 : 0x701) { writer in
                writer.u32(UInt32(run.samples.count))
                place = writer.bytes.count
                writer.u32(0)
                for sample in run.samples {
                    writer.u32(UInt32(clamping: sample.duration))
                    writer.u32(UInt32(sample.size))
                    // Depends on no other; or depends on others and is no key frame (section 8.8.3.1).
                    writer.u32(sample.isSync ? 0x0200_0000 : 0x0101_0000)
                    if isVideo {
                        writer.u32(UInt32(bitPattern: Int32(clamping: sample.compositionOffset)))
                    }
                }
            }
        }
        return place
    }
}
