import Testing

@testable import VectorGraphics

/// The sizes are Chromium's (`naturalWidth` and `naturalHeight` of an `<img>`).
@Suite("SVG size")
struct SvgSizeTests {
    @Test(
        "B7: as browsers show it",
        arguments: [
            ("width=4in height=3in viewBox=0_0_4_3", 384, 288), ("width=100mm height=75mm", 378, 283), ("", 300, 150),
            ("viewBox=0_0_1_1", 150, 150), ("width=10em height=5em", 160, 80),
            ("width=10em height=5em font-size=20", 200, 100), ("width=10em height=5em style=font-size:20px", 200, 100),
            ("width=10rem", 160, 150), ("width=200", 200, 150), ("width=200 viewBox=0_0_4_1", 200, 50),
            ("height=200", 300, 200), ("height=100 viewBox=0_0_4_1", 400, 100), ("width=50% height=50%", 300, 150),
            ("width=50% height=100 viewBox=0_0_4_1", 400, 100), ("viewBox=0_0_4_1", 300, 75),
            ("viewBox=0_0_1000_4000", 38, 150), ("width=10pt height=1pc", 13, 16), ("width=10cm height=20q", 378, 19),
            ("style=width:120px;height:60px", 300, 150), ("width=100.6 height=20.4", 101, 20),
            ("width=auto height=10", 300, 10), ("width=1e2 height=20", 100, 20), ("width=abc height=20", 300, 20),
            ("width=100_px height=20", 300, 20), ("width=100PX height=1IN", 100, 96),
            ("width=_100_ height=20", 100, 20),
            ("viewBox=0_0_0_10", 300, 150), ("viewBox=0,0,20,10", 300, 150),
            ("width=10 height=20 viewBox=0_0_4_1", 10, 20),
            // Chromium shows nothing of these; a picture has a pixel.
            ("width=0 height=10", 1, 10), ("width=-5 height=10", 1, 10),
        ]
    )
    func size(attributes: String, width: Int, height: Int) {
        let pairs = attributes.split(separator: " ").map { pair -> (name: String, value: String) in
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            return (parts[0], parts[1].split(separator: "_", omittingEmptySubsequences: false).joined(separator: " "))
        }
        let size = SvgSize(pairs)
        #expect(size.width == width && size.height == height, "\(attributes): \(size)")
    }
}
