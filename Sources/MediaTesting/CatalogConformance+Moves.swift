import MediaCore

extension CatalogConformance {
    static var moving: [Check] {
        [
            Check(description: "a file is found by the paths that it lay at before, as long as its record is there") {
                catalog in
                let jpeg = SampleRecords.file("1", seed: 1)
                try await catalog.adopt(jpeg)
                try expectEqual(try await catalog.file(movedFrom: jpeg.path), nil)
                let png = SampleRecords.file("1", type: .png, seed: 2, id: jpeg.id)
                try await catalog.adopt(png)
                try expectEqual(try await catalog.file(movedFrom: jpeg.path)?.path, png.path)
                let webP = SampleRecords.file("1", type: .webp, seed: 3, id: jpeg.id)
                try await catalog.adopt(webP)
                try expectEqual(try await catalog.file(movedFrom: jpeg.path)?.path, webP.path)
                try expectEqual(try await catalog.file(movedFrom: png.path)?.path, webP.path)
                try expectEqual(try await catalog.formerPaths(of: jpeg.id), [jpeg.path, png.path])
                try await catalog.forget(webP)
                try expectEqual(try await catalog.file(movedFrom: jpeg.path), nil)
                try expectEqual(try await catalog.formerPaths(of: jpeg.id), [])
            },
            Check(description: "a path where a file lies again is no former one") { catalog in
                let jpeg = SampleRecords.file("1", seed: 1)
                try await catalog.adopt(jpeg)
                let png = SampleRecords.file("1", type: .png, seed: 2, id: jpeg.id)
                try await catalog.adopt(png)
                try await catalog.adopt(SampleRecords.file("1", seed: 3, id: jpeg.id))
                try expectEqual(try await catalog.file(movedFrom: jpeg.path), nil)
                try expectEqual(try await catalog.formerPaths(of: jpeg.id), [png.path])
            },
            Check(description: "a search finds what path or original name contain, letters of either case, no patterns")
            {
                catalog in
                var file = SampleRecords.file("Trailers/Amélie_100%", seed: 1)
                file.originalFilename = "Été.jpg"
                try await catalog.adopt(file)
                try await catalog.adopt(SampleRecords.file("2", seed: 2))
                for text in ["amélie_100%", "TRAILERS/AM", "été", "ame\u{301}lie"] {
                    let found = try await catalog.files(matching: FileFilter(search: text), before: nil, limit: 10)
                    try expectEqual(found.map(\.name), [file.name], text)
                }
                for text in ["a%e", "l_e", "nothing"] {
                    let found = try await catalog.files(matching: FileFilter(search: text), before: nil, limit: 10)
                    try expectEqual(found, [], text)
                }
            },
        ]
    }
}
