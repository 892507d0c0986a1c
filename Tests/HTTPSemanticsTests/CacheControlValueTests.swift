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
}
