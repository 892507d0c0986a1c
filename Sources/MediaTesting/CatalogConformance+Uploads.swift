import MediaCore

extension CatalogConformance {
    static var uploads: [Check] {
        self.uploadRecords + self.uploadValues + self.uploadQuotas + self.uploadRaces + self.uploadUpdates
            + self.uploadCompletion + self.uploadUpkeep + self.uploadExpiry
    }

    static var uploadRecords: [Check] {
        [
            Check(description: "an upload comes back as it was made: every kind, transport and state") { catalog in
                let parts = [SampleRecords.uploadID(2), SampleRecords.uploadID(1), SampleRecords.uploadID(2)]
                var uploads = [
                    SampleRecords.completeUpload(1), SampleRecords.completeUpload(2, kind: .partial),
                    SampleRecords.completeUpload(3, kind: .final(parts: parts)), SampleRecords.upload(4, length: nil),
                    SampleRecords.upload(5, kind: .final(parts: [])), SampleRecords.upload(6, length: 0),
                ]
                for transport in Upload.Transport.allCases {
                    uploads.append(SampleRecords.upload(uploads.count + 1, transport: transport))
                }
                for state in Upload.State.allCases {
                    uploads.append(SampleRecords.upload(uploads.count + 1, state: state))
                }
                for upload in uploads { try await catalog.create(upload, within: SampleRecords.ampleQuota) }
                for upload in uploads { try expectEqual(try await catalog.upload(id: upload.id), upload) }
                let found = try await catalog.uploads(ids: Set(uploads.map(\.id)))
                try expectEqual(found.count, uploads.count)
                try expectEqual(Set(found), Set(uploads))
            },
            Check(description: "an unknown upload is nil, cannot be updated, and is left out among others") { catalog in
                let known = SampleRecords.upload(1)
                try await catalog.create(known, within: SampleRecords.ampleQuota)
                let unknown = SampleRecords.upload(2)
                try expectEqual(try await catalog.upload(id: unknown.id), nil)
                try expectEqual(try await catalog.uploads(ids: [unknown.id, known.id]), [known])
                try expectEqual(try await catalog.uploads(ids: []), [])
                let all = Set(Upload.State.allCases)
                try expect(!(try await catalog.update(unknown, from: all)), "nothing to update")
                try expectEqual(try await catalog.upload(id: unknown.id), nil)
            },
            Check(description: "an identifier is taken once and for all, also of an ended upload") { catalog in
                for (number, state) in Upload.State.allCases.enumerated() {
                    let first = SampleRecords.upload(number, state: state)
                    try await catalog.create(first, within: SampleRecords.ampleQuota)
                    let second = SampleRecords.upload(number, length: 5, client: "192.0.2.2")
                    try await expect(.internalError) { () async throws(MediaError) in
                        try await catalog.create(second, within: SampleRecords.ampleQuota)
                    }
                    try expectEqual(try await catalog.upload(id: first.id), first)
                }
            },
            Check(description: "anybody may ask for the release of anything") { catalog in
                let upload = SampleRecords.upload(1)
                try await catalog.create(upload, within: SampleRecords.ampleQuota)
                try await catalog.requestTakeover(of: upload.id, asked: Timestamp(microseconds: 1))
                try await catalog.requestTakeover(of: SampleRecords.uploadID(2), asked: Timestamp(microseconds: 1))
                try expectEqual(try await catalog.upload(id: upload.id), upload)
            },
        ]
    }
}
