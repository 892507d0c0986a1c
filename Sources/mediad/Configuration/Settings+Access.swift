import Credentials
import Foundation
import HTTPSemantics
import MediaCore
import MediaEngine
import ServiceSupport

extension Settings.Access {
    init(_ reader: SettingsReader) async throws {
        self.mode = try await reader.read(
            .choice(
                "access.mode",
                default: .auto,
                """
                Whether requests without credentials may do everything. auto: they may while the daemon listens on loopback \
                addresses only, http.trustedProxies has no others, and there is neither a key nor anything under access.jwt. required: \
                never. open: always; something in front of the daemon decides who may do what.
                """
            )
        )
        self.tokens = try await Tokens(reader)
        self.signatureKeys = try await reader.read(
            Setting.list(
                "access.signatureKeys",
                default: [],
                form: "List of texts of 16 to 1024 bytes, without commas",
                """
                Secrets for signed addresses of private files and for grants (HMAC-SHA256, docs/access.md). The first one signs, any \
                of them is valid, so that a new one can replace an old one. Empty: secrets in the database, which all its daemons have \
                in common. Keep them secret: better in MEDIAD_ACCESS_SIGNATURE_KEYS.
                """
            ).orSingle().keptSecret()
        ).filter { !$0.isEmpty }
        for key in self.signatureKeys where !(16...1024).contains(key.utf8.count) {
            try reader.refuse("access.signatureKeys", key, "secrets of 16 to 1024 bytes each")
        }
    }
}

extension Settings.Access.Tokens {
    init(_ reader: SettingsReader) async throws {
        self.secrets = try await reader.read(
            Setting.list(
                "access.jwt.secrets",
                default: [],
                form: "List of texts of 32 to 1024 bytes, without commas",
                """
                Secrets that JSON Web Tokens are signed with by HS256; any of them is valid. Keep them secret: better in \
                MEDIAD_ACCESS_JWT_SECRETS.
                """
            ).orSingle().keptSecret()
        ).filter { !$0.isEmpty }
        for secret in self.secrets where !(32...1024).contains(secret.utf8.count) {
            try reader.refuse("access.jwt.secrets", secret, "secrets of 32 to 1024 bytes each")
        }
        self.keySet = try await Self.keySet(reader)
        self.refreshInterval = try await reader.read(
            .duration(
                "access.jwt.refreshInterval",
                default: .seconds(300),
                in: .seconds(1) ... .seconds(86_400),
                """
                How often the key set is fetched anew from a URL, in the background; a file is looked at every second. After a failure \
                the daemon tries again sooner, and the last good keys count.
                """
            )
        )
        self.audiences = try await reader.read(
            .list(
                "access.jwt.audience",
                default: [],
                form: "List of texts",
                "Tokens must be made for one of these (aud). Empty: whomever they are made for, they count."
            ).orSingle()
        ).filter { !$0.isEmpty }
        self.issuer = try await reader.read(
            .optionalText(
                "access.jwt.issuer",
                "Tokens must be made by this issuer (iss). Empty: by whoever has a key."
            )
        )
    }

    private static func keySet(_ reader: SettingsReader) async throws -> Settings.Access.KeySetPlace? {
        guard
            let text = try await reader.read(
                .optionalText(
                    "access.jwt.jwks",
                    """
                    File or URL of a JSON Web Key Set (RFC 7517) with the public keys of whoever makes tokens: RS256, PS256, ES256, \
                    EdDSA and their longer forms. A URL is https, or http on this machine. No request waits for it, and the daemon \
                    starts without it.
                    """
                )
            )
        else { return nil }
        guard text.contains("://") else { return .file(text) }
        guard let url = URL(string: text), let host = url.host(), !host.isEmpty,
            url.scheme?.lowercased() == "https"
                || url.scheme?.lowercased() == "http" && LoopbackAddresses.contains(host), url.user == nil
        else {
            try reader.refuse("access.jwt.jwks", text, "a file, an https URL, or an http URL of this machine")
            return nil
        }
        return .url(text)
    }
}

/// Addresses that only this machine reaches.
enum LoopbackAddresses {
    private static let networks = try? TrustedAddresses(["127.0.0.0/8", "::1"])

    /// Whether a name, or an address, is one of them. A name that somebody may resolve otherwise is not.
    static func contains(_ host: String) -> Bool {
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        if ["localhost", "ip6-localhost"].contains(bare.lowercased()) { return true }
        guard let address = IPAddress(bare) else { return false }
        return self.networks?.contains(address) ?? false
    }
}

extension Settings {
    /// Whether nobody but this machine is served: all listeners are on loopback, and no proxy on another machine is spoken of.
    var isForThisMachineOnly: Bool {
        let hosts = (self.http.isEnabled ? [self.http.hostname] : []) + (self.tls.map { [$0.hostname] } ?? [])
        return hosts.allSatisfy(LoopbackAddresses.contains) && !self.http.trustsOtherMachines
    }

    /// The command that makes the first key for a daemon with these settings. Passwords are left out.
    var firstKeyCommand: String {
        var command = "mediad key create --name admin --scope manage"
        if let url = self.database.url {
            let shown = SecretText.redacted(url)
            command += " --database-url " + (shown == url ? Self.quoted(url) : "\"$DATABASE_URL\"")
        } else {
            command += " --storage-root " + Self.quoted(self.storage.root)
        }
        return command
    }

    private static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "@"):
                true
            default: false
            }
        }
        return isPlain ? text : "'\(text.replacing("'", with: "'\\''"))'"
    }
}
