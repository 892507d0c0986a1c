import MediaCore

extension UploadQuota {
    /// Whether one more upload fits beside the open ones.
    /// - Throws: `too_many_uploads`, `staging_quota`, saying how much there is and how much is allowed.
    func check(_ upload: Upload, openOfClient: Int, reserved: ByteCount) throws(MediaError) {
        guard openOfClient < self.maximumOpenPerClient else {
            throw MediaError(
                .tooManyUploads,
                """
                There are \(openOfClient) unfinished uploads of this client, and \(self.maximumOpenPerClient) are allowed. \
                Finish some of them, end them with DELETE, or wait until they expire.
                """,
                details: ["open": .number(Int64(openOfClient)), "allowed": .number(Int64(self.maximumOpenPerClient))]
            )
        }
        let (sum, overflow) = reserved.bytes.addingReportingOverflow(upload.reserved.bytes)
        guard !overflow, sum <= self.maximumStagingSize.bytes else {
            throw MediaError(
                .stagingQuota,
                """
                The unfinished uploads of all clients take \(reserved) of the \(self.maximumStagingSize) that the staging \
                area may hold, and this one's \(upload.reserved) do not fit beside them. Try again when others are finished.
                """,
                details: [
                    "reserved": .number(reserved.bytes), "needed": .number(upload.reserved.bytes),
                    "allowed": .number(self.maximumStagingSize.bytes),
                ]
            )
        }
    }
}
