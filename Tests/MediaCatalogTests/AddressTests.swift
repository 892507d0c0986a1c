import Credentials
import MediaCatalog
import MediaCore
import MediaTesting
import Postgres
import Testing

/// Addresses made in SQL are those that the daemon gives out and takes.
@Suite("Addresses in SQL")
struct AddressTests {
    @Test(
        "media.url() encodes as the daemon does",
        arguments: [
            ("posters/1.jpg", "posters/1.jpg"), ("posters/a b/é.jpg", "posters/a%20b/%C3%A9.jpg"),
            ("posters/x&y'z+w.jpg", "posters/x%26y%27z%2Bw.jpg"),
            ("posters/!$()*,:;=@~_-.jpg", "posters/!$()*,:;=@~_-.jpg"),
            ("posters/100%?#[].jpg", "posters/100%25%3F%23%5B%5D.jpg"),
        ]
    )
    func encoding(path: String, encoded: String) async throws {
        try await withDatabase { client in
            try await Migrator(client: client, logger: quietLogger).migrate()
            #expect(try await client.texts("SELECT media.encode_path(\(path))") == [encoded])
        }
    }

    @Test("A picture's address has the focal point, rounded as the daemon does")
    func picture() async throws {
        try await withCatalog { catalog, client in
            var file = SampleRecords.file("1", seed: 1)
            file.focalPoint = FocalPoint(x: 0.5005, y: 0.25)
            try await catalog.adopt(file)
            let version = file.version.digest.prefix
            #expect(try await client.texts("SELECT media.url(\(file.id))") == ["/files/posters/1.jpg?v=\(version)"])
            #expect(
                try await client.texts("SELECT media.url(\(file.id), 'w342')")
                    == ["/files/posters/1.jpg?preset=w342&v=\(version)-500,250"]
            )
            #expect(try await client.texts("SELECT (media.url(gen_random_uuid()) IS NULL)::text") == ["true"])
        }
    }

    @Test(
        "An address signed in SQL is genuine to the daemon, whatever the length of the key",
        arguments: [16, 64, 65, 1024]
    )
    func signed(length: Int) async throws {
        try await withCatalog { catalog, client in
            let file = SampleRecords.file("a b/é", seed: 1)
            try await catalog.adopt(file)
            let secret = String(repeating: "kéy ", count: length).utf8.prefix(length).map { $0 < 0x80 ? $0 : 0x7E }
            let key = String(decoding: secret, as: UTF8.self)
            let signer = AddressSigner(secrets: ["another one of 24 bytes.", key])
            let now = Timestamp(
                microseconds: Int64(
                    try await client.texts(
                        "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint::text"
                    )[0]
                ) ?? 0
            )
            let addresses = try await client.texts(
                """
                SELECT media.signed_url(\(file.id), '10 minutes', NULL, \(key)) UNION ALL \
                SELECT media.signed_url(\(file.id), '10 minutes', 'w342', \(key)) UNION ALL \
                SELECT media.sign('/files/a/1', 9999999999, \(key))
                """
            )
            for address in addresses {
                guard case .valid(let end) = signer.verdict(on: address, at: now) else {
                    Issue.record("not valid: \(address)")
                    continue
                }
                #expect(end.seconds >= now.seconds + 600)
                #expect(signer.verdict(on: address.replacing("expires=", with: "expires=1"), at: now) == .forged)
            }
            #expect(
                addresses[2]
                    == AddressSigner(secrets: [key]).sign(
                        "/files/a/1",
                        until: Timestamp(seconds: 9_999_999_999, nanoseconds: 0)
                    )
            )
        }
    }

    @Test("Without a key given, the newest of media.signing_keys signs; without any, a sentence says what to do")
    func kept() async throws {
        try await withCatalog { catalog, client in
            let file = SampleRecords.file("1", seed: 1)
            try await catalog.adopt(file)
            let error = await #expect(throws: (any Error).self) {
                _ = try await client.texts("SELECT media.signed_url(\(file.id))")
            }
            #expect("\(String(describing: error))".contains("signing_keys"))
            try await client.execute(
                script: """
                    INSERT INTO media.signing_keys VALUES ('the old key of 23 bytes', now() - interval '1 day'),
                        ('the new key of 23 bytes', now())
                    """
            )
            let address = try await client.texts("SELECT media.signed_url(\(file.id))")[0]
            let verdict = AddressSigner(secrets: ["the new key of 23 bytes"])
                .verdict(on: address, at: Timestamp(microseconds: 0))
            guard case .valid = verdict else {
                Issue.record("\(verdict)")
                return
            }
        }
    }

    @Test("media.api_files has what an API service shows")
    func view() async throws {
        try await withCatalog { catalog, client in
            let file = SampleRecords.file("1", seed: 1)
            try await catalog.adopt(file)
            _ = try await catalog.link(
                FileLink(entity: "movie", entityID: "42", role: "poster"),
                to: file.id,
                isSingle: nil
            )
            let row = try await client.texts("SELECT url || ' ' || sha256 || ' ' || links::text FROM media.api_files")
            let links = #"[{"role": "poster", "entity": "movie", "entityId": "42"}]"#
            let digest = file.version.digest
            #expect(row == ["/files/posters/1.jpg?v=\(digest.prefix) \(digest.hex) \(links)"])
        }
    }
}
