import Libav
package import MediaCore
import Vips

/// Tells what a file is from its bytes, and whether it is whole.
///
/// Synchronous and single-threaded: meant for a sandboxed worker process, one inspector per process. It gets descriptors only; the
/// two libraries open their files when it is made.
package final class FileInspector {
    private let sniffer: TypeSniffer

    /// Loads libmagic's database, starts libvips and loads FFmpeg's libraries: about 45 ms, once per process, before a sandbox closes.
    /// - Throws: `internal_error`.
    package init() throws(MediaError) {
        self.sniffer = TypeSniffer(database: try MagicDatabase())
        try VipsRuntime.start()
        do {
            try LibavRuntime.start()
        } catch {
            throw MediaError(.internalError, "FFmpeg's libraries could not be started.", cause: error)
        }
    }

    /// Sniffs the type; where it matches one of `allowedTypes`, reads the header and proves that the file is whole.
    ///
    /// A type outside `allowedTypes` is returned as found and nothing is decoded. Images that libvips has a loader for here are
    /// decoded completely; other images, texts and documents are taken at their first bytes' word; of MP4, QuickTime, Matroska
    /// and zip the structure is read, not the content.
    /// - Parameters:
    ///   - descriptor: a regular file open for reading; its offset is neither used nor moved.
    ///   - size: the file's length in bytes.
    ///   - allowedTypes: patterns, see ``MediaType/matches(pattern:)``.
    /// - Throws: ``MediaError`` `file_damaged`, `image_too_large`, `processing_failed`, `storage_unavailable`.
    package func inspect(
        descriptor: Int32,
        size: Int64,
        allowedTypes: [String],
        limits: ImageLimits
    ) throws(MediaError) -> Inspection {
        let sniffed: Sniffed
        do {
            sniffed = try self.sniff(DescriptorSource(descriptor: descriptor, length: size), allowedTypes: allowedTypes)
        } catch {
            throw Self.error(error, type: .octetStream)
        }
        let type = sniffed.type
        guard type.isAllowed(by: allowedTypes) else { return Inspection(type: type) }
        if case .broken(let fault) = sniffed.container { throw Self.error(fault, type: type) }
        if type == .gif, GifBlocks.isCutOff(DescriptorSource(descriptor: descriptor, length: size)) {
            throw Self.error(.truncated("GIF block"), type: type)
        }
        if type.isRenderable {
            let facts = try ImageProof(type: type, limits: limits).examine(descriptor: descriptor)
            return Inspection(
                type: type,
                dimensions: facts.dimensions,
                frames: sniffed.sequenceFrames ?? facts.frames,
                hasAlpha: facts.hasAlpha,
                colorModel: facts.colorModel,
                thumbHash: facts.placeholder?.thumbHash,
                dominantColor: facts.placeholder?.dominantColor
            )
        }
        var inspection: Inspection
        switch sniffed.container {
        case .isoMedia(let facts) where !type.isImage: inspection = try Self.inspection(type, facts)
        case .matroska(let facts): inspection = try Self.inspection(type, facts)
        case .none, .zip, .broken, .isoMedia:
            let source = DescriptorSource(descriptor: descriptor, length: size)
            let size = sniffed.dimensions ?? HeaderSize.size(of: type, in: source)
            inspection = Inspection(type: type, dimensions: size)
        }
        inspection.charset = sniffed.charset
        if let probe = AudioVideoProbe(descriptor: descriptor, length: size, type: type) {
            probe.complete(&inspection, container: sniffed.container, limits: limits)
        } else {
            let source = DescriptorSource(descriptor: descriptor, length: size)
            inspection.durationSeconds = inspection.durationSeconds ?? SoundLength.seconds(of: type, in: source)
        }
        return inspection.plausible
    }

    /// Of all that a text is, the first that is wanted: letters with equal commas are a text for who takes texts.
    private func sniff(_ source: DescriptorSource, allowedTypes: [String]) throws(ContainerFault) -> Sniffed {
        var sniffed = try self.sniffer.sniff(source)
        guard !sniffed.type.isAllowed(by: allowedTypes) else { return sniffed }
        if let other = sniffed.alternatives.first(where: { $0.isAllowed(by: allowedTypes) }) {
            sniffed.type = other
        } else if sniffed.type == .plainText || sniffed.alternatives.contains(.plainText),
            let opinion = try self.sniffer.opinion(of: source), allowedTypes.contains(opinion.essence)
        {
            sniffed.type = opinion
        }
        return sniffed
    }

    private static func inspection(_ type: MediaType, _ facts: IsoMediaFacts) throws(MediaError) -> Inspection {
        guard let movie = facts.movie else { throw Self.error(.truncated("no moov box"), type: type) }
        let size = type.isAudio ? nil : movie.picture.map { PixelSize(width: $0.width, height: $0.height) }
        return Inspection(type: type, dimensions: size, durationSeconds: movie.durationSeconds)
    }

    private static func inspection(_ type: MediaType, _ facts: MatroskaFacts) throws(MediaError) -> Inspection {
        guard !facts.isTruncated else { throw Self.error(.truncated("segment"), type: type) }
        var inspection = Inspection(type: type, durationSeconds: facts.durationSeconds)
        if let width = facts.width, let height = facts.height {
            inspection.dimensions = PixelSize(width: width, height: height)
        }
        return inspection
    }

    private static func error(_ fault: ContainerFault, type: MediaType) -> MediaError {
        switch fault {
        case .unreadable:
            MediaError(.storageUnavailable, "The file could not be read.", cause: fault)
        case .truncated:
            MediaError(.fileDamaged, "The \(type) file ends too early: it was cut off. Upload it again.", cause: fault)
        case .malformed, .tooComplex:
            MediaError(.fileDamaged, "The bytes start like \(type) but do not go on like it.", cause: fault)
        }
    }
}

extension MediaType {
    fileprivate func isAllowed(by patterns: [String]) -> Bool { patterns.contains { self.matches(pattern: $0) } }
}

extension Inspection {
    /// Without a length or a size that nothing has, whatever the container says: the daemon takes such an answer for that of a worker
    /// that was taken over, ends the worker, and refuses the file.
    fileprivate var plausible: Inspection {
        var inspection = self
        if let seconds = self.durationSeconds, !Self.plausibleDuration.contains(seconds) {
            inspection.durationSeconds = nil
        }
        if let size = self.dimensions, ![size.width, size.height].allSatisfy(Self.plausibleSide.contains) {
            inspection.dimensions = nil
        }
        return inspection
    }
}
