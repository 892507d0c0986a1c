import HTTPSemantics
import Testing

@Suite("Cache-Control of what is served")
struct CacheControlValueTests {
    @Test("H1: max-age comes first, and a versioned address is immutable")
    func order() {
        #expect(CacheControlValue.immutable == "max-age=31536000, public, immutable")
        let others = [0, 1, 59, 3600, 31_536_000].map { CacheControlValue.maximumAge(.seconds($0)) }
        for value in others + [CacheControlValue.immutable, CacheControlValue.revalidated] {
            #expect(value.hasPrefix("max-age="))
        }
    }

    @Test(
        "H2: there is always a lifetime",
        arguments: [
            (.zero, "max-age=0, must-revalidate, public"), (.milliseconds(999), "max-age=0, must-revalidate, public"),
            (.seconds(-5), "max-age=0, must-revalidate, public"), (.seconds(1), "max-age=1, public"),
            (.milliseconds(3_600_999), "max-age=3600, public"), (.seconds(31_536_000), "max-age=31536000, public"),
            (.seconds(Int64.max), "max-age=2147483648, public"),
        ] as [(Duration, String)]
    )
    func lifetime(age: Duration, expected: String) {
        #expect(CacheControlValue.maximumAge(age) == expected)
    }

    @Test(
        "D5: what a cache may show while it asks, or where it cannot ask, stands behind max-age, and never beside must-revalidate",
        arguments: [
            (60, 600, 0, "max-age=60, public, stale-while-revalidate=600"),
            (60, 0, 86_400, "max-age=60, public, stale-if-error=86400"),
            (60, 600, 86_400, "max-age=60, public, stale-while-revalidate=600, stale-if-error=86400"),
            (0, 30, 0, "max-age=0, public, stale-while-revalidate=30"),
            (0, 0, 30, "max-age=0, public, stale-if-error=30"),
            (-1, -1, -1, "max-age=0, must-revalidate, public"),
            (
                1, Int64.max, Int64.max,
                "max-age=1, public, stale-while-revalidate=2147483648, stale-if-error=2147483648"
            ),
        ] as [(Int64, Int64, Int64, String)]
    )
    func stale(age: Int64, revalidating: Int64, failing: Int64, expected: String) {
        let value = CacheControlValue.maximumAge(
            .seconds(age),
            staleWhileRevalidate: .seconds(revalidating),
            staleIfError: .seconds(failing)
        )
        #expect(value == expected)
    }
}
