package import Credentials
package import MediaCore
package import Primitives

/// Makes signed addresses: for how long at most, and so that those that are made at about the same time are the same.
package struct AddressMint: Sendable {
    /// Every field is a configuration key (`access.*`).
    package struct Rules: Hashable, Sendable {
        /// How long an address is good where nobody says.
        package var standardLifetime: Duration
        /// How long one may be good.
        package var maximumLifetime: Duration
        /// What expiries are rounded up to.
        package var bucket: Duration

        package init(standardLifetime: Duration, maximumLifetime: Duration, bucket: Duration) {
            self.standardLifetime = standardLifetime
            self.maximumLifetime = maximumLifetime
            self.bucket = bucket
        }

        /// What holds when the configuration says nothing.
        package static let standard = Rules(
            standardLifetime: .seconds(3600),
            maximumLifetime: .seconds(7 * 86_400),
            bucket: .seconds(300)
        )
    }

    private let signer: AddressSigner
    private let rules: Rules
    private let clock: WallClock

    /// - Parameter signer: with one key at least.
    package init(signer: AddressSigner, rules: Rules, clock: @escaping WallClock) {
        self.signer = signer
        self.rules = rules
        self.clock = clock
    }

    /// When addresses end that are made now: at the end of a bucket, so up to one bucket later than asked for.
    ///
    /// - Parameter lifetime: in whole seconds; nil: the standard one.
    /// - Throws: `invalid_request` for none or too long a time.
    package func expiry(lifetime: Duration?) throws(MediaError) -> Timestamp {
        let lifetime = lifetime ?? min(self.rules.standardLifetime, self.rules.maximumLifetime)
        guard lifetime >= .seconds(1), lifetime <= self.rules.maximumLifetime else {
            throw MediaError(
                .invalidRequest,
                """
                expiresIn must be from 1 to \(self.rules.maximumLifetime.components.seconds) seconds \
                (access.maximumSignatureLifetime).
                """
            )
        }
        let end = Timestamp(microseconds: self.clock().microseconds + lifetime.components.seconds * 1_000_000)
        return AddressSigner.expiry(notBefore: end, bucketSeconds: self.rules.bucket.components.seconds)
    }

    /// Signs an address.
    package func sign(_ address: SignableAddress, until end: Timestamp) throws(MediaError) -> String {
        guard let signed = self.signer.sign(address.target, until: end) else {
            throw MediaError(.internalError, "An address could not be signed.")
        }
        return address.address(signed: signed)
    }
}
