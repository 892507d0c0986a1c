import MediaCore

// What a request says of the upload's length. Pure values.

extension ResumableUploadService.Append {
    /// The length of the whole upload, as the request says it: in a field, or because the upload ends with the request's body.
    /// - Parameter most: what any upload may have.
    /// - Returns: nil when the request does not say it.
    /// - Throws: `length_mismatch` when that does not agree with what is known, `file_too_large`.
    func declaredLength(of upload: Upload, atMost most: ByteCount) throws(MediaError) -> ByteCount? {
        var length = self.length
        if self.ending == .now, let bodyLength = self.bodyLength {
            let (sum, isOverflow) = self.offset.bytes.addingReportingOverflow(bodyLength.bytes)
            guard !isOverflow else { throw UploadService.tooLarge(forAll: most) }
            guard length == nil || length?.bytes == sum else { throw .lengthMismatch(known: length, given: sum) }
            length = ByteCount(bytes: sum)
        }
        guard let length else { return nil }
        if let known = upload.length {
            guard known == length else { throw .lengthMismatch(known: known, given: length.bytes) }
            return length
        }
        guard length >= self.offset else { throw .lengthMismatch(known: self.offset, given: length.bytes) }
        return length
    }

    /// Where this request's body ends, as far as the upload may go; nil when the request does not say its length.
    func announcedEnd(atMost most: ByteCount) -> ByteCount? {
        guard let bodyLength = self.bodyLength else { return nil }
        // More than the largest is refused where it comes, not here.
        let room = most.bytes - self.offset.bytes
        return ByteCount(bytes: self.offset.bytes + max(0, min(bodyLength.bytes, room)))
    }

    /// The record of an upload that has all its bytes with this request; nil when more are to come.
    /// - Parameter offset: behind this request's bytes.
    /// - Throws: `length_mismatch` when the request says that it is the end and it is not.
    func completed(_ upload: Upload, at offset: ByteCount) throws(MediaError) -> Upload? {
        switch self.ending {
        case .atLength: return upload.kind == .whole && offset == upload.length ? upload : nil
        case .later: return nil
        case .now:
            guard upload.length == nil || upload.length == offset else {
                throw .lengthMismatch(known: upload.length, given: offset.bytes)
            }
            var whole = upload
            whole.length = offset
            whole.reserved = offset
            return whole
        }
    }
}
