import IsoMedia
import Testing

@Suite("(C7) subtitles of drones and dash cameras")
struct TelemetryTextTests {
    @Test(
        "are known by their marks and coordinates",
        arguments: [
            "GPS (13.4050, 52.5200, 34)", "[latitude: 52.52] [longitude: 13.40]", "lat: 52.52 lon: 13.40",
            "$GPRMC,081836,A,3751.65,S",
            "F/2.8, GPS(13.4050,52.5200,16)", "52.5200 N 13.4050 E",
        ]
    )
    func telemetry(text: String) { #expect(TelemetryText.isTelemetry([Array(text.utf8)])) }

    @Test(
        "are not what people say",
        arguments: [
            "Salon: 20 Uhr", "Babylon: 5", "Flat: 12", "Plat: 3", "Épilat: 4", "See you at 10:30", "Pi is 3.14159",
            "Version 1.2345",
            "latitude", "Talon:1",
        ]
    )
    func speech(text: String) {
        #expect(!TelemetryText.isTelemetry([Array(text.utf8)] + Array(repeating: Array("Hello there".utf8), count: 5)))
    }
}
