import Glibc
package import MediaCore

extension InMemoryCatalog: LinkCatalog {
    /// A link as it is kept.
    struct Link: Sendable {
        var isSingle: Bool
        var createdAt: Timestamp
    }

    package func link(
        _ link: FileLink,
        to file: MediaID,
        isSingle: Bool?
    ) async throws(MediaError) -> (link: LinkRecord, isNew: Bool) {
        try self.transaction { state throws(MediaError) in
            guard let record = state.files[file] else {
                throw MediaError(.notFound, "There is no file with this id.")
            }
            let role = state.links.filter { $0.key.link == link }
            let isSingle = isSingle ?? role.contains { $0.value.isSingle }
            for key in role.keys {
                if !isSingle {
                    state.links[key]?.isSingle = false
                } else if key.fileID != file {
                    state.links[key] = nil
                }
            }
            let key = LinkRecord.Key(link: link, fileID: file)
            let isNew = state.links[key] == nil
            state.links[key] = Link(isSingle: isSingle, createdAt: state.links[key]?.createdAt ?? Timestamp.ofDay)
            state.kept.insert(file)
            return (Self.record(of: key, in: state, record), isNew)
        }
    }

    package func unlink(_ link: FileLink, from file: MediaID) async throws(MediaError) -> Bool {
        try self.transaction { state throws(MediaError) in
            state.links.removeValue(forKey: LinkRecord.Key(link: link, fileID: file)) != nil
        }
    }

    package func unlink(entity: String, entityID: String, role: String?) async throws(MediaError) -> Int {
        try self.transaction { state throws(MediaError) in
            let before = state.links.count
            state.links = state.links.filter { key, _ in
                key.link.entity != entity || key.link.entityID != entityID || (role != nil && key.link.role != role)
            }
            return before - state.links.count
        }
    }

    package func links(
        matching filter: LinkFilter,
        after cursor: LinkRecord.Key?,
        limit: Int
    ) async throws(MediaError) -> [LinkRecord] {
        self.withState { state in
            let found = state.links.keys.filter { key in
                (filter.fileID ?? key.fileID) == key.fileID && (filter.entity ?? key.link.entity) == key.link.entity
                    && (filter.entityID ?? key.link.entityID) == key.link.entityID
                    && (filter.role ?? key.link.role) == key.link.role
                    && cursor.map { Self.order($0).lexicographicallyPrecedes(Self.order(key)) } ?? true
            }
            return found.sorted { Self.order($0).lexicographicallyPrecedes(Self.order($1)) }.prefix(limit).compactMap {
                key in
                state.files[key.fileID].map { Self.record(of: key, in: state, $0) }
            }
        }
    }

    private static func order(_ key: LinkRecord.Key) -> [String] {
        [key.link.entity, key.link.entityID, key.link.role, key.fileID.description]
    }

    private static func record(of key: LinkRecord.Key, in state: State, _ file: MediaFile) -> LinkRecord {
        LinkRecord(
            link: key.link,
            fileID: key.fileID,
            path: file.path,
            version: file.version.digest.prefix,
            isSingle: state.links[key]?.isSingle ?? false,
            createdAt: state.links[key]?.createdAt ?? file.createdAt
        )
    }
}

extension Timestamp {
    /// The time of day, which the database takes of its own clock.
    static var ofDay: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
    }
}
