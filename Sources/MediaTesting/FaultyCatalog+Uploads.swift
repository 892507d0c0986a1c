package import MediaCore

/// Every call is counted as `catalog.uploads.<method>`.
extension FaultyCatalog: UploadCatalog {
    @discardableResult
    package func create(_ upload: Upload, within quota: UploadQuota) async throws(MediaError) -> Upload {
        try await self.perform("uploads.create") { () async throws(MediaError) in
            try await self.base.create(upload, within: quota)
        }
    }

    package func upload(ofGrant id: String) async throws(MediaError) -> Upload? {
        try await self.perform("uploads.grant") { () async throws(MediaError) in
            try await self.base.upload(ofGrant: id)
        }
    }

    package func usage(
        of owner: String,
        without upload: UploadID?,
        replacing target: Upload.Target
    ) async throws(MediaError) -> OwnerUsage {
        try await self.perform("uploads.usage") { () async throws(MediaError) in
            try await self.base.usage(of: owner, without: upload, replacing: target)
        }
    }

    package func upload(id: UploadID) async throws(MediaError) -> Upload? {
        try await self.perform("uploads.id") { () async throws(MediaError) in try await self.base.upload(id: id) }
    }

    package func uploads(ids: Set<UploadID>) async throws(MediaError) -> [Upload] {
        try await self.perform("uploads.ids") { () async throws(MediaError) in try await self.base.uploads(ids: ids) }
    }

    package func update(_ upload: Upload, from states: Set<Upload.State>) async throws(MediaError) -> Bool {
        try await self.perform("uploads.update") { () async throws(MediaError) in
            try await self.base.update(upload, from: states)
        }
    }

    package func reservedBytes() async throws(MediaError) -> ByteCount {
        try await self.perform("uploads.reserved") { () async throws(MediaError) in
            try await self.base.reservedBytes()
        }
    }

    package func uploads(in state: Upload.State, limit: Int) async throws(MediaError) -> [Upload] {
        try await self.perform("uploads.state") { () async throws(MediaError) in
            try await self.base.uploads(in: state, limit: limit)
        }
    }

    package func expired(before time: Timestamp, limit: Int) async throws(MediaError) -> [Upload] {
        try await self.perform("uploads.expired") { () async throws(MediaError) in
            try await self.base.expired(before: time, limit: limit)
        }
    }

    package func shortenExpiry(after time: Timestamp, to expiry: Timestamp) async throws(MediaError) -> Int {
        try await self.perform("uploads.shorten") { () async throws(MediaError) in
            try await self.base.shortenExpiry(after: time, to: expiry)
        }
    }

    package func forgetEnded(before time: Timestamp) async throws(MediaError) -> Int {
        try await self.perform("uploads.forget") { () async throws(MediaError) in
            try await self.base.forgetEnded(before: time)
        }
    }

    package func requestTakeover(of id: UploadID, asked time: Timestamp) async throws(MediaError) {
        try await self.perform("uploads.takeover") { () async throws(MediaError) in
            try await self.base.requestTakeover(of: id, asked: time)
        }
    }
}
