package import MediaCore

extension SampleRecords {
    /// The time that ``upload(_:transport:kind:length:client:state:createdAt:expiresAt:)`` counts from.
    package static let uploadTime = Timestamp(microseconds: 1_795_366_759_123_457)

    /// An identifier that ends in the digits of `number`, so that identifiers sort as their numbers do.
    package static func uploadID(_ number: Int) -> UploadID {
        let digits = String(number, radix: 16)
        guard let id = UploadID(String(repeating: "0", count: max(0, 32 - digits.count)) + digits) else {
            preconditionFailure("a number that is not negative makes an identifier")
        }
        return id
    }

    /// An upload's record as it is made, with little in it.
    /// - Parameters:
    ///   - number: of its identifier.
    ///   - createdAt: microseconds after ``uploadTime``.
    ///   - expiresAt: microseconds after ``uploadTime``.
    package static func upload(
        _ number: Int,
        transport: Upload.Transport = .tus,
        kind: Upload.Kind = .whole,
        length: Int64? = 1000,
        client: String = "192.0.2.1",
        state: Upload.State = .receiving,
        createdAt: Int64 = 0,
        expiresAt: Int64 = 86_400_000_000
    ) -> Upload {
        var upload = Upload(
            id: self.uploadID(number),
            transport: transport,
            kind: kind,
            length: length.map { ByteCount(bytes: $0) },
            target: Upload.Target(collection: "posters"),
            client: client,
            createdAt: Timestamp(microseconds: self.uploadTime.microseconds + createdAt),
            expiresAt: Timestamp(microseconds: self.uploadTime.microseconds + expiresAt)
        )
        upload.state = state
        return upload
    }

    /// An upload's record with something in every field.
    package static func completeUpload(_ number: Int, kind: Upload.Kind = .whole) -> Upload {
        var upload = self.upload(number, transport: .resumableHTTP, kind: kind, state: .failed)
        upload.target = Upload.Target(
            collection: "videos",
            name: "trailers/m 1",
            filename: "m \"1\" \\ é.mp4",
            filetype: "video/mp4",
            replace: true
        )
        upload.metadata = "filename bQ==,empty,collection dmlkZW9z"
        upload.concatenation = "final;/api/uploads/\(self.uploadID(1)) /api/uploads/\(self.uploadID(2))"
        upload.expectedDigest = self.digest(7)
        upload.owner = "app"
        upload.beganWith = "grant:7"
        upload.conditions = UploadConditions(
            types: ["image/*"],
            maximumSize: ByteCount(bytes: 99),
            size: ByteCount(bytes: 98),
            digest: self.digest(7),
            mayReplace: false
        )
        upload.reserved = ByteCount(bytes: 77)
        upload.fileID = MediaID(now: self.uploadTime)
        let details: [String: MediaError.Detail] = ["found": ["text/plain"], "allowed": ["a/b", "c/*"]]
        upload.problem = Upload.Problem(MediaError(.typeNotAllowed, "No \"text\" here.", details: details))
        upload.updatedAt = Timestamp(microseconds: self.uploadTime.microseconds + 5)
        return upload
    }

    /// More than any test needs.
    package static let ampleQuota = UploadQuota(
        maximumOpenPerClient: 1_000_000,
        maximumStagingSize: ByteCount(bytes: .max)
    )
}
