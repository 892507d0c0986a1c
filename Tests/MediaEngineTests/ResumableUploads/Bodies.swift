import MediaCore
import MediaEngine
import MediaTesting
import Synchronization

/// Bodies of requests. They write on the caller's thread, as little as they do.
enum Bodies {
    /// A body that comes whole.
    static func whole(
        _ text: String,
        checksum: ResumableUploadService.Checksum? = nil
    ) -> ResumableUploadService.BodySource {
        { sink, limit, _ in .init(failure: Self.write(text, to: sink, limit: limit), checksum: checksum) }
    }

    /// A body whose connection is lost behind `text`.
    static func cut(after text: String) -> ResumableUploadService.BodySource {
        { sink, limit, _ in
            let failure = Self.write(text, to: sink, limit: limit)
            return .init(failure: failure ?? MediaError(.uploadIncomplete, "The body ended too early."), checksum: nil)
        }
    }

    /// A body that runs `work` behind `text`, while its request holds the upload.
    static func whole(
        _ text: String,
        then work: @escaping @Sendable () async -> Void
    ) -> ResumableUploadService.BodySource {
        { sink, limit, _ in
            let failure = Self.write(text, to: sink, limit: limit)
            await work()
            return .init(failure: failure, checksum: nil)
        }
    }

    /// Writes what may be written.
    static func write(_ text: String, to sink: any UploadAppend, limit: ByteCount) -> MediaError? {
        let room = Int(limit.bytes - sink.received.bytes)
        let bytes = Array(text.utf8)
        do throws(MediaError) {
            try bytes.prefix(max(0, room)).withUnsafeBytesOrThrow { buffer throws(MediaError) in try sink.write(buffer)
            }
        } catch {
            return error
        }
        return bytes.count > room ? MediaError(.uploadTooLong, "More bytes came than may.") : nil
    }
}

extension ArraySlice<UInt8> {
    /// `withUnsafeBytes` that keeps the type of what is thrown.
    fileprivate func withUnsafeBytesOrThrow(
        _ body: (UnsafeRawBufferPointer) throws(MediaError) -> Void
    ) throws(MediaError) {
        let outcome = self.withUnsafeBytes { buffer -> MediaError? in
            do throws(MediaError) {
                try body(buffer)
                return nil
            } catch {
                return error
            }
        }
        if let outcome { throw outcome }
    }
}

/// A body that hangs, as a lost connection does, until its request is told to end.
final class HangingBody: Sendable {
    private let state = Mutex((isHanging: false, reason: TransferInterruption.Reason?.none))

    var isHanging: Bool { self.state.withLock { $0.isHanging } }
    /// Why it was told to end.
    var reason: TransferInterruption.Reason? { self.state.withLock { $0.reason } }

    /// - Parameter late: comes in the moment between being told to end and ending.
    func source(_ text: String, late: String = "") -> ResumableUploadService.BodySource {
        { sink, limit, interruption in
            if let failure = Bodies.write(text, to: sink, limit: limit) {
                return .init(failure: failure, checksum: nil)
            }
            let reason = await withCheckedContinuation { continuation in
                interruption.onInterrupt { continuation.resume(returning: $0) }
                self.state.withLock { $0.isHanging = true }
            }
            self.state.withLock { $0 = (false, reason) }
            return .init(failure: Bodies.write(late, to: sink, limit: limit) ?? reason.error, checksum: nil)
        }
    }
}
