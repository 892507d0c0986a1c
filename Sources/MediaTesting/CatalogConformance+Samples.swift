package import MediaCore

/// Records and intents to try things with. Also for tests outside the suite.
package enum SampleRecords {
    /// A record of a JPEG, complete, with microseconds in all its times.
    /// - Parameters:
    ///   - name: without the extension, in `collection`.
    ///   - seed: every byte of the digest; also sets size and times apart.
    package static func file(
        _ name: String,
        in collection: String = "posters",
        type: MediaType = .jpeg,
        seed: UInt8 = 1,
        id: MediaID? = nil
    ) -> MediaFile {
        let created = Timestamp(microseconds: 1_795_366_759_123_457 + Int64(seed))
        let name = MediaName(trusted: name)
        return MediaFile(
            id: id ?? MediaID(now: created),
            collection: collection,
            name: name,
            path: MediaPath(collection: collection, name: name, type: type),
            type: type,
            version: FileVersion(
                size: ByteCount(bytes: 1000 + Int64(seed)),
                digest: self.digest(seed),
                modifiedAt: Timestamp(microseconds: 1_795_366_759_000_001 + Int64(seed))
            ),
            dimensions: PixelSize(width: 1000, height: 1500),
            durationSeconds: nil,
            originalFilename: "holiday \"1\" \\ é.jpg",
            createdAt: created,
            updatedAt: created
        )
    }

    /// The digest with this byte 32 times.
    package static func digest(_ seed: UInt8) -> Digest {
        let bytes = [UInt8](repeating: seed, count: 32)
        guard let digest = Digest(bytes: bytes) else { preconditionFailure("32 bytes make a digest") }
        return digest
    }

    /// An intent to publish the file, not recorded yet.
    package static func publication(
        of file: MediaFile,
        obsolete: MediaPath? = nil,
        upload: UploadID? = nil
    ) -> CommitIntent {
        CommitIntent(
            id: MediaID(now: file.updatedAt),
            kind: .publish,
            phase: .pending,
            owner: "018f2b3c-0000-7000-8000-000000000001",
            stagingName: "018f2b3c-0000-7000-8000-000000000002",
            file: file,
            obsoletePath: obsolete,
            upload: upload
        )
    }

    /// An intent to remove the file.
    package static func removal(of file: MediaFile) -> CommitIntent {
        CommitIntent(
            id: MediaID(now: file.updatedAt),
            kind: .remove,
            phase: .recorded,
            owner: "018f2b3c-0000-7000-8000-000000000001",
            stagingName: nil,
            file: file,
            obsoletePath: nil
        )
    }
}
