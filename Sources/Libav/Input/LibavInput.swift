import CLibav
import Glibc
package import MediaCore
import SystemPackage

/// A video or a piece of music, opened: its container is read, its streams are known.
///
/// Nothing is guessed and nothing else is opened: the demuxer is the one of the sniffed type, the bytes come from the descriptor,
/// and a file that names others (reference movies, playlists) finds them shut. Not `Sendable`: one job, one thread.
///
/// Source: https://ffmpeg.org/doxygen/5.1/group__lavf__decoding.html
package final class LibavInput {
    /// Goes after `context`, which reads through it.
    private let bytes: DescriptorInput
    let context: UnsafeMutablePointer<AVFormatContext>
    /// The demuxer's short name.
    let demuxer: String
    /// What the container says of encryption; nil where it says nothing.
    private(set) var encryption: ContainerEncryption?

    /// What one job reads at most, unless it says otherwise: decoding an hour of a video is not a worker's business.
    package static let allowanceBytes: Int64 = 4 << 30

    /// Reads the container's head and, where that does not say it, the first packets.
    /// - Parameters:
    ///   - descriptor: a regular file open for reading; must stay open as long as this object lives. Its offset is neither used
    ///     nor moved.
    ///   - type: as sniffed; decides the demuxer.
    ///   - allowanceBytes: how much may be read of the file in all; what lies past it reads as an error.
    /// - Throws: ``LibavFailure``, also for a type that has no demuxer here.
    package init(
        descriptor: Int32,
        type: MediaType,
        allowanceBytes: Int64 = LibavInput.allowanceBytes
    ) throws(LibavFailure) {
        try LibavRuntime.start()
        guard let name = Demuxer.name(of: type, beginning: Self.beginning(of: descriptor)),
            let demuxer = clibav().pointee.av_find_input_format(name)
        else {
            throw LibavFailure(operation: "open", text: "no demuxer for \(type)")
        }
        self.bytes = try DescriptorInput(descriptor: descriptor, allowance: allowanceBytes)
        var context = clibav().pointee.avformat_alloc_context()
        guard let allocated = context else {
            throw LibavFailure(operation: "avformat_alloc_context", text: "out of memory")
        }
        allocated.pointee.pb = self.bytes.context
        allocated.pointee.io_open = { _, _, _, _, _ in clibav_error(EPERM) }
        var options: OpaquePointer?
        defer { clibav().pointee.av_dict_free(&options) }
        for (key, value) in Self.options(demuxer: name) { _ = clibav().pointee.av_dict_set(&options, key, value, 0) }
        // Frees the context where it fails.
        let opened = clibav().pointee.avformat_open_input(&context, nil, demuxer, &options)
        guard opened == 0, let context else { throw LibavFailure(operation: "avformat_open_input", code: opened) }
        self.context = context
        self.demuxer = name
        let found = clibav().pointee.avformat_find_stream_info(context, nil)
        guard found >= 0 else { throw LibavFailure(operation: "avformat_find_stream_info", code: found) }
        if let source = try? DescriptorSource(descriptor: descriptor) {
            let shown = self.videoStream ?? self.streams.first
            self.encryption = ContainerEncryption.of(source, demuxer: name, packets: shown.map { Int($0.pointee.id) })
        }
    }

    deinit {
        var context: UnsafeMutablePointer<AVFormatContext>? = self.context
        clibav().pointee.avformat_close_input(&context)
    }

    /// True where so much was read that the rest of the file is out of reach.
    var isAllowanceUsedUp: Bool { self.bytes.isAllowanceUsedUp }

    /// The first bytes: two formats may share a type.
    private static func beginning(of descriptor: Int32) -> [UInt8] {
        withUnsafeTemporaryAllocation(byteCount: 4, alignment: 1) { room in
            let count = try? FileDescriptor(rawValue: descriptor).readFully(at: 0, into: room)
            return Array(room.prefix(count ?? 0))
        }
    }

    private static func options(demuxer: String) -> [(String, String)] {
        [
            ("format_whitelist", demuxer),
            ("codec_whitelist", Demuxer.decoders.joined(separator: ",")),
            ("max_streams", "100"),
            // Of a stream that is damaged, what can be read is read; of a container, what cannot be believed is not.
            ("fflags", "discardcorrupt"),
            // Read only where the first packets leave something open, as where a stream was joined long before a key frame.
            ("probesize", "20000000"), ("analyzeduration", "20000000"),
        ]
    }

    /// Index and stream, in the container's order.
    var streams: [UnsafeMutablePointer<AVStream>] {
        (0..<Int(self.context.pointee.nb_streams)).compactMap { self.context.pointee.streams[$0] }
    }

    /// Whether the container lists its key frames, or the demuxer does while it reads; others mark any packet as one in what they note.
    var hasIndex: Bool { ["mov", "matroska", "avi"].contains(self.demuxer) }
}
