import FoundationEssentials
import MediaClient
import Postgres

/// A film's trailer with addresses that can be played now.
struct TrailerService: Sendable {
    let database: FilmsDatabase
    let media: MediaClient
    /// Of addresses. Long enough for a film of two hours and a long pause, where nothing else is set.
    let lifetime: Duration

    /// JSON of schema `Trailer`.
    ///
    /// - Throws: `not_found` for a film without a trailer too; `gone`; `media_unavailable` where the addresses need a signature.
    func trailer(of movie: RecordID) async throws(FilmsError) -> String {
        let (text, isPrivate) = try await self.stored(movie)
        guard isPrivate else { return text }
        guard let stored = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) else {
            throw FilmsError.defect("A trailer that was kept cannot be read.")
        }
        let urls = Self.addresses(in: stored)
        do {
            let signed = try await self.media.sign(urls, seconds: Int(self.lifetime.components.seconds))
            let replacements = Dictionary(zip(urls, signed.urls)) { first, _ in first }
            guard case .object(var members) = Self.replace(replacements, in: stored) else { return text }
            members["expiresAt"] = .text(signed.expiresAt)
            return ReadyJSON.text(.object(members))
        } catch {
            throw FilmsError.media(error)
        }
    }

    private func stored(_ movie: RecordID) async throws(FilmsError) -> (String, Bool) {
        try await self.database.run { client in
            let rows = try await client.query(
                """
                SELECT f.video, coalesce(f.is_private, false) AS is_private FROM films.movies m \
                LEFT JOIN films.files f ON f.file_id = m.trailer_file_id WHERE m.id = \(movie)
                """
            ).rows
            guard let row = rows.first else {
                throw try await client.withConnection { try await MovieStore.missing(movie, on: $0) }
            }
            guard let video = try row.decode("video", as: String?.self) else {
                throw FilmsError(.notFound, .noTrailer)
            }
            return (video, try row.decode("is_private"))
        }
    }

    /// All members that are addresses: they are called `url`, or end so.
    static func addresses(in value: JSONValue) -> [String] {
        switch value {
        case .array(let values): return values.flatMap { Self.addresses(in: $0) }
        case .object(let members):
            return members.sorted { $0.key < $1.key }.flatMap { name, value -> [String] in
                if case .text(let text) = value { return Self.isAddress(name) ? [text] : [] }
                return Self.addresses(in: value)
            }
        default: return []
        }
    }

    private static func replace(_ addresses: [String: String], in value: JSONValue) -> JSONValue {
        switch value {
        case .array(let values): return .array(values.map { Self.replace(addresses, in: $0) })
        case .object(let members):
            var changed: [String: JSONValue] = [:]
            for (name, value) in members {
                if Self.isAddress(name), case .text(let text) = value {
                    changed[name] = .text(addresses[text] ?? text)
                } else {
                    changed[name] = Self.replace(addresses, in: value)
                }
            }
            return .object(changed)
        default: return value
        }
    }

    private static func isAddress(_ name: String) -> Bool { name == "url" || name.hasSuffix("Url") }
}
