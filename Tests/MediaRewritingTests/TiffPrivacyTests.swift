import MediaCore
import MediaTesting
import Testing
import Vips

@Suite("private data of TIFF")
struct TiffPrivacyTests {
    static let layouts = [true, false].flatMap { isLittle in
        [true, false].map { TiffFile.Layout(isLittle: isLittle, isBig: $0) }
    }

    @Test("(C7) TIFF in both byte orders, and BigTIFF: all that is private goes, of every page", arguments: layouts)
    func orders(_ layout: TiffFile.Layout) throws {
        var file = TiffFile(layout)
        file.page(file.privateEntries().merging([274: file.short(6)]) { $1 })
        let preview = file.directory([
            256: file.short(16), 257: file.short(16), 258: file.short(8), 262: file.short(1),
            273: file.long(file.append(TiffFile.pixels)), 278: file.short(16), 279: file.long(256),
            315: TiffFile.text("SECRET artist of the preview"),
        ])
        file.page([330: file.long(preview), 315: TiffFile.text("SECRET on page 2")])
        let source = file.bytes + Array("SECRET behind it".utf8)
        let bytes = try #require(try Rewritten.bytes(source, .tiff))
        #expect(!bytes.contains("SECRET") && !bytes.contains("2026"))
        let found = try Rewritten.exiftool(bytes, "tif")
        for word in ["GPS", "SECRET", "Warning", "Error", "ExifIFD", "XMP", "IPTC"] {
            #expect(!found.contains(word), "\(word) in \(found)")
        }
        #expect(found.contains("SubIFD") && found.contains("IFD1"))
        let (before, after) = (try Rewritten.header(source, .tiff), try Rewritten.header(bytes, .tiff))
        #expect(before == after)
        #expect(after.orientation == 6)
        #expect(try Rewritten.pixels(bytes, .tiff) == Rewritten.pixels(source, .tiff))
        #expect(try Rewritten.bytes(bytes, .tiff) == nil, "once is enough")
    }

    @Test(
        "(C7) TIFF with what exiftool writes into it: strips and tiles stay as they are",
        arguments: ["", "-compression_algo raw", "-compression_algo deflate", "-compression_algo lzw"]
    )
    func written(options: String) throws {
        let picture = try Rewritten.fixture("private-metadata/private.png")
        let plain = try Tool.bytes("ffmpeg -v error -y -i % \(options)", of: picture, "png", into: "tiff")
        let tags =
            "-GPSLatitude=52.52 -GPSLatitudeRef=N -GPSLongitude=13.405 -GPSLongitudeRef=E -SerialNumber=SECRET "
            + "-Artist=SECRET -XMP:City=SECRET -IPTC:City=SECRET -OwnerName=SECRET -Orientation#=8 "
            + "-XMP-exif:GPSLatitude=52.52 -LensSerialNumber=SECRET -Copyright=SECRET"
        let source = try Tool.bytes("exiftool -q \(tags) % -o", of: plain, "tiff")
        let bytes = try #require(try Rewritten.bytes(source, .tiff))
        let found = try Rewritten.exiftool(bytes, "tiff")
        for word in ["GPS", "SECRET", "Warning", "XMP", "IPTC"] {
            #expect(!found.contains(word), "\(word) in \(found)")
        }
        #expect(found.contains("Orientation"))
        #expect(try Rewritten.pixels(bytes, .tiff) == Rewritten.pixels(source, .tiff))
        let frames = "ffmpeg -v error -i % -f framemd5 -"
        #expect(try Tool.run(frames, on: bytes, "tiff") == Tool.run(frames, on: source, "tiff"))
    }

    @Test("(C7) TIFF whose strips have no lengths, or too small ones: the pixels stay all the same")
    func lengths() throws {
        let layout = TiffFile.Layout(isLittle: true, isBig: false)
        for lengths in [nil, TiffFile(layout).long(1, 1, 1, 1)] {
            var file = TiffFile(layout)
            let place = file.append(TiffFile.pixels)
            var entries = file.privateEntries().merging([273: file.long(place, place + 64, place + 128, place + 192)]) {
                $1
            }
            entries[279] = lengths
            file.page(entries)
            if lengths == nil {
                let tag = try #require(file.bytes.firstRange(of: [0x17, 1, 4, 0, 4, 0, 0, 0]))
                // A tag that nobody knows in place of the lengths.
                var bytes = file.bytes
                bytes.replaceSubrange(tag.lowerBound..<tag.lowerBound + 2, with: [0x18, 1])
                let result = try #require(try Rewritten.bytes(bytes, .tiff))
                #expect(!result.contains("SECRET m") && result.firstRange(of: TiffFile.pixels) != nil)
                continue
            }
            let result = try #require(try Rewritten.bytes(file.bytes, .tiff))
            #expect(!result.contains("SECRET serial") && result.firstRange(of: TiffFile.pixels) != nil)
        }
    }

    @Test("(C7) DNG: serial numbers, names and maker notes go, what develops it stays")
    func dng() throws {
        var file = TiffFile(TiffFile.Layout(isLittle: true, isBig: false))
        // A preview in JPEG with EXIF of its own.
        let preview = try Rewritten.fixture("private-metadata/private.jpg")
        let place = file.append(preview)
        let small = file.directory([
            254: file.long(1), 256: file.short(16), 257: file.short(16), 258: file.short(8, 8, 8), 259: file.short(7),
            262: file.short(6), 273: file.long(place), 277: file.short(3), 278: file.short(16),
            279: file.long(preview.count),
        ])
        let more: [Int: TiffFile.Value] = [
            262: file.short(32803), 33421: file.short(2, 2), 33422: .init(kind: 1, count: 4, bytes: [0, 1, 1, 2]),
            50706: .init(kind: 1, count: 4, bytes: [1, 4, 0, 0]), 50708: TiffFile.text("Model 1"),
            50735: TiffFile.text("SECRET serial"), 50740: TiffFile.undefined(Array("SECRET private".utf8)),
            50827: TiffFile.text("SECRET.NEF"), 50728: file.rational((1, 2), (1, 1), (1, 2)), 330: file.long(small),
        ]
        file.page(file.privateEntries().merging(more) { $1 })
        let bytes = try #require(try Rewritten.bytes(file.bytes, .dng))
        #expect(!bytes.contains("SECRET"))
        #expect(bytes.firstRange(of: TiffFile.pixels) != nil)
        let found = try Rewritten.exiftool(bytes, "dng")
        for word in ["DNGVersion", "AsShotNeutral", "UniqueCameraModel", "CFAPattern"] { #expect(found.contains(word)) }
        for word in ["GPS", "SECRET", "Serial", "Warning"] { #expect(!found.contains(word), "\(word) in \(found)") }
        let start = try #require(bytes.firstRange(of: [0xFF, 0xD8])).lowerBound
        let after = Array(bytes[start..<start + preview.count])
        #expect(try Rewritten.pixels(after, .jpeg) == Rewritten.pixels(preview, .jpeg))
    }

    @Test("(C7) other raw photographs, whose decoders need the maker notes, are refused and not called damaged")
    func raw() throws {
        var file = TiffFile(TiffFile.Layout(isLittle: true, isBig: false))
        file.page(file.privateEntries().merging([262: file.short(32803)]) { $1 })
        do {
            _ = try Rewritten.bytes(file.bytes, .tiff)
            Issue.record("it was taken")
        } catch let error as MediaError {
            #expect(error.code == .unsupportedVariant)
        }
        var plain = TiffFile(TiffFile.Layout(isLittle: true, isBig: false))
        plain.page([262: plain.short(32803), 315: TiffFile.text("SECRET")])
        #expect(try Rewritten.bytes(plain.bytes, .tiff)?.contains("SECRET") == false)
    }

    @Test("TIFF that leads in circles, over itself or past its end ends in a result or an error")
    func damaged() throws {
        var numbers = SeededNumbers(test: 42)
        for layout in Self.layouts {
            var file = TiffFile(layout)
            file.page(file.privateEntries())
            file.page([330: file.long(8)])
            for length in stride(from: 1, to: file.bytes.count, by: 7) {
                _ = try? Rewritten.bytes(Array(file.bytes.prefix(length)), .tiff)
            }
            for _ in 0..<500 {
                var bytes = file.bytes
                for _ in 0..<Int.random(in: 1...6, using: &numbers) {
                    bytes[Int.random(in: 0..<bytes.count, using: &numbers)] =
                        [0, 1, 8, 0x7F, 0x80, 0xFF].randomElement(using: &numbers) ?? 0
                }
                _ = try? Rewritten.bytes(bytes, .tiff)
            }
        }
    }
}
