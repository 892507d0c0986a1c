import Primitives
import Testing

@Suite("Byte counts")
struct ByteCountTests {
    @Test(
        "Sizes are read with decimal and binary units",
        arguments: [
            ("0", 0), ("512", 512), ("512B", 512), ("64KiB", 65536), ("64 kib", 65536), ("10 MB", 10_000_000),
            ("10MiB", 10_485_760),
            ("20GiB", 21_474_836_480), ("20 GB", 20_000_000_000), ("1TiB", 1_099_511_627_776),
            ("1TB", 1_000_000_000_000),
            ("9223372036854775807", Int64.max),
        ]
    )
    func parsed(_ text: String, _ bytes: Int64) {
        #expect(ByteCount(parsing: text)?.bytes == bytes)
    }

    @Test(
        "Everything else is refused",
        arguments: [
            "", " ", "MB", "-1", "+1", "1.5GB", "1e3", "0x10", "10 apples", "1,000", "10MiB!", "9223372036854775808",
            "9000000TiB",
            "9223372036854775807KB", "１０", "10 M 5", "1PB",
        ]
    )
    func refused(_ text: String) {
        #expect(ByteCount(parsing: text) == nil)
    }

    @Test(
        "Sizes are shown in the largest unit, cut to one decimal",
        arguments: [
            (0, "0 bytes"), (1023, "1023 bytes"), (1024, "1 KiB"), (1536, "1.5 KiB"), (2047, "1.9 KiB"),
            (1 << 20, "1 MiB"),
            ((2 << 20) - 1, "1.9 MiB"), (20 << 30, "20 GiB"), (3 << 40, "3 TiB"), ((20 << 30) + 1, "20 GiB"),
        ] as [(Int64, String)]
    )
    func shown(_ bytes: Int64, _ text: String) {
        #expect(ByteCount(bytes: bytes).description == text)
    }

    @Test("Helpers and order")
    func helpers() {
        #expect(ByteCount.kibibytes(1).bytes == 1024)
        #expect(ByteCount.mebibytes(3) < .gibibytes(1))
    }
}
