import FoundationEssentials
import IsoMedia
import MediaCore

/// Makes the parts of a video's stream: repacks its frames, decodes none.
struct StreamRenderer {
    private let source: DescriptorSource
    private let type: MediaType

    /// - Parameters:
    ///   - source: a regular file open for reading.
    ///   - type: of the source.
    init(source: Int32, type: MediaType) throws(MediaError) {
        do {
            self.source = try DescriptorSource(descriptor: source)
        } catch {
            throw Self.error(.unreadable(error))
        }
        self.type = type
    }

    /// Writes the part into the empty file `output`.
    /// - Throws: ``MediaError`` `encrypted`, `not_streamable`, `file_damaged`, `storage_full`.
    func render(_ part: StreamPart, into output: Int32) throws(MediaError) {
        if case .subtitles(let lead) = part {
            let subtitles = try SubtitleFile(self.source, type: self.type)
            return try self.write(Assembly(written: subtitles.webVTT(lead: lead)), to: output)
        }
        guard self.type.isStreamable else {
            throw MediaError(
                .notStreamable,
                "A file of type \(self.type) cannot be streamed; MP4 and QuickTime can.",
                details: ["found": [self.type.essence]]
            )
        }
        if case .description = part, TrackProtection(reading: self.source) != nil {
            throw MediaError(.encrypted, "The video is encrypted: it cannot be streamed without its key.")
        }
        let assembly: Assembly
        do throws(IsoMediaFault) {
            assembly = try self.assembly(of: part)
        } catch {
            throw Self.error(error)
        }
        try self.write(assembly, to: output)
    }

    private func assembly(of part: StreamPart) throws(IsoMediaFault) -> Assembly {
        let file = try MovieFile(reading: self.source)
        switch part {
        case .description:
            let description = try StreamDescription(of: file)
            guard let json = try? JSONEncoder().encode(description),
                json.count <= StreamDescription.maximumLengthBytes
            else { throw .tooComplex("a description of \(description.segmentSeconds.count) segments") }
            return Assembly(written: Array(json))
        case .initialization(let tracks):
            return Assembly(written: try StreamPlan(file.movie, selection: tracks.selection).initialization)
        case .segment(let number, let tracks, let container):
            let plan = try StreamPlan(file.movie, selection: tracks.selection)
            return switch container {
            case .fragments: try plan.segment(number, fileLength: file.length)
            case .transport: try plan.transportSegment(number, reading: self.source)
            }
        case .captions(let number):
            let track = try StreamableTracks(file.movie).text.first { Int($0.number) == number }
            guard let track else { throw .unsupported("no subtitles in track \(number)") }
            let plan = try StreamPlan(file.movie)
            let text = try TimedText(track, in: file.movie, reading: self.source)
            return Assembly(written: WebVTT(text).bytes(lead: plan.leadTicks))
        case .subtitles:
            throw .unsupported("subtitles in a video")
        }
    }

    private static func error(_ fault: IsoMediaFault) -> MediaError {
        switch fault {
        case .damaged:
            MediaError(.fileDamaged, "The video is damaged: its index cannot be read.", cause: fault)
        case .unsupported(let what), .tooComplex(let what):
            MediaError(
                .notStreamable,
                "This video cannot be streamed as it is: it has \(what). Play the file itself.",
                cause: fault
            )
        case .unsupportedCodec(let codec):
            MediaError(
                .notStreamable,
                "This video cannot be streamed: its codec is \(codec); H.264 or H.265 with AAC or MP3 can.",
                details: ["codec": [codec]],
                cause: fault
            )
        case .unreadable:
            MediaError(.storageUnavailable, "The file could not be read.", cause: fault)
        }
    }
}

extension StreamRenderer {
    /// Puts the pieces one after the other, a megabyte at a time.
    private func write(_ assembly: Assembly, to output: Int32) throws(MediaError) {
        let file = OutputFile(descriptor: output)
        var position: Int64 = 0
        for piece in assembly.pieces {
            switch piece {
            case .written(let range):
                try Self.write(assembly.written[range], at: position, to: file)
            case .source(let range):
                var start = range.lowerBound
                while start < range.upperBound {
                    let bytes: [UInt8]
                    do {
                        bytes = try self.source.bytes(at: start, count: Int(min(range.upperBound - start, 1 << 20)))
                    } catch {
                        throw Self.error(.unreadable(error))
                    }
                    guard !bytes.isEmpty else { throw Self.error(.damaged("frames behind the end of the file")) }
                    try Self.write(bytes[...], at: position + start - range.lowerBound, to: file)
                    start += Int64(bytes.count)
                }
            }
            position += piece.count
        }
    }

    private static func write(_ bytes: ArraySlice<UInt8>, at offset: Int64, to file: OutputFile) throws(MediaError) {
        let failure = bytes.withUnsafeBytes { file.write($0, at: offset) }
        if let failure { throw failure }
    }
}

extension StreamTracks {
    var selection: StreamPlan.Selection {
        switch self {
        case .main: .main
        case .audio(let track): .audio(UInt32(clamping: track))
        }
    }
}
