extension Upload {
    /// Whether this part fits beside the other parts with its grant: together they may be twice as large as the file, so that one may
    /// be sent again.
    /// - Throws: `file_too_large`.
    package func checkParts(reserved: ByteCount) throws(MediaError) {
        guard let most = self.conditions.maximumSize?.bytes else { return }
        let limit = most.multipliedReportingOverflow(by: 2)
        let sum = reserved.bytes.addingReportingOverflow(self.reserved.bytes)
        guard !limit.overflow, sum.overflow || sum.partialValue > limit.partialValue else { return }
        throw MediaError(
            .fileTooLarge,
            "All parts of an upload with this grant are more than the file may have. End those that are not needed.",
            details: ["maximumBytes": .number(most)]
        )
    }
}
