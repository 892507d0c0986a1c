import CLibav

extension LibavInput {
    /// Bytes of a cover that is looked at; it is held in memory, more than once.
    private static let coverSizes: ClosedRange<Int32> = 1...(32 << 20)

    /// Whether the file carries a cover picture of at most 32 MiB.
    package var hasCover: Bool {
        self.streams.contains {
            $0.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0
                && Self.coverSizes.contains($0.pointee.attached_pic.size)
        }
    }

    /// The bytes of the cover picture that music or a video carries with it, as they lie in the file: a JPEG or PNG, as a rule,
    /// which is as untrusted as the rest. Nil where there is none.
    ///
    /// Source: https://ffmpeg.org/doxygen/5.1/structAVStream.html (`attached_pic`)
    package var cover: [UInt8]? {
        for stream in self.streams where stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0 {
            let packet = stream.pointee.attached_pic
            if Self.coverSizes.contains(packet.size), let data = packet.data {
                return Array(UnsafeBufferPointer(start: data, count: Int(packet.size)))
            }
        }
        return nil
    }
}
