import MediaCore

/// Changes staged uploads where their collection asks for it, between inspection and commit.
///
/// A worker says what is to change; the bytes of the new file are put together here, in the staging area, from pieces of the old
/// one and what the worker wrote.
struct UploadRewriter: Sendable {
    let staging: any Staging
    let rewriter: any Rewriter
    let inspector: any Inspector
    let limits: ImageLimits
    let observe: CommitObserver

    /// What is to be committed in place of an upload.
    struct Rewritten: Sendable {
        var staged: any StagedFile
        /// Of the new bytes: what is recorded was read from what is stored.
        var inspection: Inspection
        var rewriting: FileRewriting
    }

    /// - Returns: nil where nothing is to be changed. Else the caller owns the new staged file, and the old one is not needed
    ///   any more.
    func rewrite(
        _ staged: any StagedFile,
        _ inspection: Inspection,
        in collection: MediaCollection
    ) async throws(MediaError) -> Rewritten? {
        var steps: [Rewriting] = []
        var latest: (any StagedFile)?
        var current = inspection
        do throws(MediaError) {
            for rewriting in collection.rewritings(of: inspection.type) {
                let changed = try await self.changed(latest ?? staged, current, by: rewriting, in: collection)
                guard let (next, found) = changed else { continue }
                await latest?.discard()
                (latest, current) = (next, found)
                steps.append(rewriting)
            }
            guard let latest else { return nil }
            let rewriting = FileRewriting(steps: steps, uploadedDigest: try await staged.digest())
            self.observe(.rewritten)
            return Rewritten(staged: latest, inspection: current, rewriting: rewriting)
        } catch {
            await latest?.discard()
            throw error
        }
    }

    /// One rewriting, and what is found of its result.
    /// - Returns: nil where nothing is to be changed, and where what need not be cannot be: the file stays as it came.
    private func changed(
        _ staged: any StagedFile,
        _ inspection: Inspection,
        by rewriting: Rewriting,
        in collection: MediaCollection
    ) async throws(MediaError) -> (any StagedFile, Inspection)? {
        do throws(MediaError) {
            guard let next = try await self.apply(rewriting, to: staged, inspection.type) else { return nil }
            do throws(MediaError) {
                return (next, try await self.inspectAgain(next, inspection, after: rewriting, in: collection))
            } catch {
                await next.discard()
                throw error
            }
        } catch {
            // A worker that took too long, no room for a second copy. Whoever has no worker or disk at all is told so.
            let passes = [.busy, .storageUnavailable, .shuttingDown].contains(error.code)
            guard rewriting.isOptional, !passes, !Task.isCancelled else { throw error }
            return nil
        }
    }

    private func apply(
        _ rewriting: Rewriting,
        to staged: any StagedFile,
        _ type: MediaType
    ) async throws(MediaError) -> (any StagedFile)? {
        let source = try await staged.open()
        let scratch = try await self.staging.stage()
        do throws(MediaError) {
            let written = try await scratch.open()
            let request = RewriteRequest(
                rewriting: rewriting,
                type: type,
                size: source.identity.size,
                limits: self.limits
            )
            let splice = try await self.rewriter.rewrite(source, writing: written, request)
            let result: (any StagedFile)? =
                if let splice { try await self.assemble(splice, source: source, written: written) } else { nil }
            await scratch.discard()
            return result
        } catch {
            await scratch.discard()
            throw error
        }
    }

    private func assemble(
        _ splice: Splice,
        source: OpenFile,
        written: OpenFile
    ) async throws(MediaError) -> any StagedFile {
        let result = try await self.staging.stage()
        do throws(MediaError) {
            for piece in splice.pieces {
                let range = piece.offset..<piece.offset + piece.count
                switch piece.origin {
                case .source: try await result.append(range, of: source)
                case .written: try await result.append(range, of: written)
                case .zeros: try await Self.append(zeros: piece.count, to: result)
                }
            }
            return result
        } catch {
            await result.discard()
            throw error
        }
    }

    private static func append(zeros count: Int64, to file: any StagedFile) async throws(MediaError) {
        var left = count
        while left > 0 {
            let length = Int(min(left, 1 << 20))
            try await file.append([UInt8](repeating: 0, count: length))
            left -= Int64(length)
        }
    }

    /// A rewriting that breaks a file is a defect of ours, and must not reach the tree.
    private func inspectAgain(
        _ staged: any StagedFile,
        _ before: Inspection,
        after rewriting: Rewriting,
        in collection: MediaCollection
    ) async throws(MediaError) -> Inspection {
        let after: Inspection
        do throws(MediaError) {
            after = try await self.inspector.inspect(
                try await staged.open(),
                allowedTypes: collection.allowedTypes,
                limits: self.limits
            )
        } catch {
            // The file passed a moment ago: what is wrong now is not the client's fault. A worker that has no time is another matter.
            throw [.fileDamaged, .imageTooLarge].contains(error.code) ? Self.spoiled(cause: error) : error
        }
        guard rewriting.preserves(before, as: after) else { throw Self.spoiled() }
        return after
    }

    private static func spoiled(cause: MediaError? = nil) -> MediaError {
        MediaError(
            .processingFailed,
            "The file could not be made safe to keep without damaging it. Save it again with another program.",
            cause: cause
        )
    }
}

extension Rewriting {
    /// Whether a file that is found to be `after` can be what this made of one that was found to be `before`.
    fileprivate func preserves(_ before: Inspection, as after: Inspection) -> Bool {
        switch self {
        case .privateMetadata:
            // Not a pixel changes, so all that is seen of them must be the same; of videos and music titles and other tags may go.
            guard let media = before.media, let mediaAfter = after.media else { return after == before }
            return after.type == before.type && after.dimensions == before.dimensions
                && after.isAsLong(as: before) && after.thumbHash == before.thumbHash
                && mediaAfter.videoCodec == media.videoCodec && mediaAfter.frameRate == media.frameRate
                && mediaAfter.audioTracks.map(\.codec) == media.audioTracks.map(\.codec)
                && mediaAfter.audioTracks.map(\.language) == media.audioTracks.map(\.language)
                && mediaAfter.subtitleTracks.map(\.codec).isPart(of: media.subtitleTracks.map(\.codec))
        case .fastStart:
            return after.type == before.type && after.dimensions == before.dimensions
                && after.durationSeconds == before.durationSeconds && after.thumbHash == before.thumbHash
                && after.media?.audioTracks == before.media?.audioTracks
                && after.media?.subtitleTracks == before.media?.subtitleTracks
        case .indexing:
            // A length was counted before and is stated now, and with the length other frames are looked at for the poster.
            return after.type == before.type && after.dimensions == before.dimensions
                && after.isNoShorter(than: before) && after.media?.videoCodec == before.media?.videoCodec
                && after.media?.audioTracks.map(\.codec) == before.media?.audioTracks.map(\.codec)
                && after.media?.subtitleTracks.map(\.codec) == before.media?.subtitleTracks.map(\.codec)
        case .sanitizing:
            // What goes may have been seen.
            return after.type == before.type && after.dimensions == before.dimensions
        }
    }
}

extension [String] {
    /// Whether it is the other one without some of its elements: tracks of telemetry may call themselves subtitles.
    fileprivate func isPart(of other: [String]) -> Bool {
        var rest = other[...]
        return self.allSatisfy { element in
            guard let found = rest.firstIndex(of: element) else { return false }
            rest = rest[(found + 1)...]
            return true
        }
    }
}

extension Inspection {
    /// A recording that begins late was counted from its first moment, and lasts from the beginning of the movie.
    fileprivate func isNoShorter(than other: Inspection) -> Bool {
        guard let others = other.durationSeconds else { return true }
        guard let seconds = self.durationSeconds else { return false }
        return seconds >= others - max(0.5, others / 50)
    }

    /// Of sound without a length, it is reckoned from the size, and tags are part of that.
    fileprivate func isAsLong(as other: Inspection) -> Bool {
        guard let seconds = self.durationSeconds, let others = other.durationSeconds, self.type.isAudio else {
            return self.durationSeconds == other.durationSeconds
        }
        return abs(seconds - others) <= max(0.5, others / 50)
    }
}
