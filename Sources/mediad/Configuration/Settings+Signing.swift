import MediaServer
import ServiceSupport

/// `access.signature...`: how long signed addresses are good.
extension AddressMint.Rules {
    init(_ reader: SettingsReader) async throws {
        let standard = AddressMint.Rules.standard
        let seconds: ClosedRange<Duration> = .seconds(1) ... .seconds(365 * 86_400)
        self.init(
            standardLifetime: try await reader.read(
                .duration(
                    "access.signatureLifetime",
                    default: standard.standardLifetime,
                    in: seconds,
                    "How long a signed address is good when whoever asks for it does not say (docs/signed-addresses.md)."
                )
            ),
            maximumLifetime: try await reader.read(
                .duration(
                    "access.maximumSignatureLifetime",
                    default: standard.maximumLifetime,
                    in: seconds,
                    "The longest time that POST /api/sign gives. A change of signatureKeys ends addresses before their time."
                )
            ),
            bucket: try await reader.read(
                .duration(
                    "access.signatureBucket",
                    default: standard.bucket,
                    in: .seconds(1) ... .seconds(86_400),
                    """
                    Expiries are rounded up to a whole one of these, so that addresses that are signed at about the same time are \
                    the same, and browsers find what they have.
                    """
                )
            )
        )
    }
}
