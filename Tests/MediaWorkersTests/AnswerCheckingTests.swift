import MediaCore
import Testing

@testable import MediaWorkers

@Suite("A worker's answers are not believed")
struct AnswerCheckingTests {
    static let limits = ImageLimits(maximumPixels: 1, maximumFrames: 1)
    static let inspection = WorkerMessage.Request(
        number: 7,
        job: .inspect(size: 1, allowedTypes: [], limits: limits)
    )
    static func rendering(width: Int, height: Int? = nil) -> WorkerMessage.Request {
        WorkerMessage.Request(
            number: 7,
            job: .render(
                RenditionRequest(
                    sourceType: .jpeg,
                    recipe: .picture(PictureRecipe(width: width, height: height, format: .webp)),
                    limits: Self.limits
                )
            )
        )
    }

    static func facts(_ width: Int, _ height: Int) -> RenditionFacts {
        RenditionFacts(dimensions: PixelSize(width: width, height: height))
    }

    private func isBelieved(
        _ outcome: WorkerMessage.Outcome,
        number: UInt64 = 7,
        to request: WorkerMessage.Request = inspection
    ) -> Bool {
        let answer = WorkerMessage.Answer(number: number, outcome: outcome, retiring: false)
        return (try? answer.checked(against: request)) != nil
    }

    @Test("one of several is believed in its turn only, and the worker ends behind the last")
    func parts() {
        let recipes = [20, 30].map { Recipe.picture(PictureRecipe(width: $0, format: .webp)) }
        let batch = RenditionBatch(sourceType: .jpeg, recipes: recipes, limits: Self.limits)
        let request = WorkerMessage.Request(number: 7, job: .renderBatch(batch))
        func isBelieved(_ outcome: WorkerMessage.Outcome, as part: Int, at turn: Int, retiring: Bool = false) -> Bool {
            let answer = WorkerMessage.Answer(number: 7, part: part, outcome: outcome, retiring: retiring)
            return (try? answer.checked(against: request, part: turn)) != nil
        }
        #expect(isBelieved(.rendered(Self.facts(20, 10)), as: 0, at: 0))
        #expect(isBelieved(.rendered(Self.facts(30, 10)), as: 1, at: 1, retiring: true))
        #expect(!isBelieved(.rendered(Self.facts(30, 10)), as: 0, at: 0))
        #expect(!isBelieved(.rendered(Self.facts(20, 10)), as: 1, at: 0))
        #expect(!isBelieved(.rendered(Self.facts(20, 10)), as: 0, at: 1))
        #expect(!isBelieved(.rendered(Self.facts(20, 10)), as: 0, at: 0, retiring: true))
        #expect(!isBelieved(.rendered(Self.facts(20, 10)), as: 2, at: 2))
        #expect(!isBelieved(.unchanged, as: 0, at: 0))
    }

    @Test("sound answers are")
    func sound() {
        #expect(self.isBelieved(.inspected(Inspection(type: .docx))))
        #expect(self.isBelieved(.inspected(Inspection(type: .svg))))
        #expect(
            self.isBelieved(
                .inspected(
                    Inspection(
                        type: .gif,
                        dimensions: PixelSize(width: 1, height: 65535),
                        durationSeconds: 0,
                        frames: 1
                    )
                )
            )
        )
        let square = Self.rendering(width: 100, height: 100)
        #expect(self.isBelieved(.rendered(Self.facts(100, 100)), to: square))
        let wide = Self.rendering(width: 100)
        #expect(self.isBelieved(.rendered(Self.facts(100, 4000)), to: wide))
    }

    @Test("another request's answer is not")
    func number() {
        #expect(!self.isBelieved(.inspected(Inspection(type: .gif)), number: 6))
    }

    @Test("an answer of the other kind is not")
    func kind() {
        #expect(!self.isBelieved(.rendered(Self.facts(1, 1))))
        #expect(!self.isBelieved(.inspected(Inspection(type: .gif)), to: Self.rendering(width: 1)))
    }

    @Test(
        "malformed media types are not",
        arguments: [
            "", "/", "image", "image/", "/png", "image/png/x", "Image/png", "image/p ng", "image/png\r\nX-Evil: 1",
            "image/\u{0}", "image/é", "image/png;a=b", "image/" + String(repeating: "x", count: 65),
        ]
    )
    func types(_ essence: String) {
        #expect(!self.isBelieved(.inspected(Inspection(type: MediaType(essence)))))
    }

    @Test("impossible numbers are not")
    func numbers() {
        for side in [0, -1, .min, .max, (1 << 24) + 1] {
            let size = PixelSize(width: side, height: 1)
            #expect(!self.isBelieved(.inspected(Inspection(type: .png, dimensions: size))))
            #expect(
                !self.isBelieved(
                    .rendered(RenditionFacts(dimensions: size)),
                    to: Self.rendering(width: 100, height: 100)
                )
            )
        }
        for seconds in [-1, .infinity, -.infinity, .nan, 1e12] {
            #expect(!self.isBelieved(.inspected(Inspection(type: .mp4, durationSeconds: seconds))))
        }
        for frames in [0, -1, .max] {
            #expect(!self.isBelieved(.inspected(Inspection(type: .gif, frames: frames))))
        }
        #expect(!self.isBelieved(.rendered(Self.facts(101, 1)), to: Self.rendering(width: 100, height: 100)))
        #expect(!self.isBelieved(.rendered(Self.facts(1, 101)), to: Self.rendering(width: 100, height: 100)))
        #expect(!self.isBelieved(.rendered(RenditionFacts()), to: Self.rendering(width: 100)))
    }

    @Test("a failure keeps its code only when workers may give it, and its texts are cleaned and cut")
    func failures() {
        func error(
            _ code: String,
            _ message: String,
            details: [String: [String]] = [:],
            cause: String? = nil
        ) -> MediaError {
            WorkerMessage.Failure(code: code, message: message, details: details, cause: cause).mediaError
        }
        #expect(error("file_damaged", "m").code == .fileDamaged)
        #expect(error("image_too_large", "m").code == .imageTooLarge)
        for code in ["not_found", "catalog_unavailable", "", "made_up", "internal_error"] {
            #expect(error(code, "m").code == .processingFailed)
        }
        #expect(error("busy", "a\u{1b}[31m\r\nb\u{202e}c").message == "a [31m  b c")
        #expect(error("busy", String(repeating: "x", count: 10_000)).message.count == 500)
        #expect(error("busy", "").message.isEmpty == false)
        #expect("\(error("busy", "m", cause: "c\nd").cause.map { "\($0)" } ?? "")" == "c d")
        let details = error(
            "busy",
            "m",
            details: ["found": ["a\nb"], "x\n": ["v"], "": ["v"], "many": Array(repeating: "v", count: 99)]
        ).details
        #expect(details["found"] == ["a b"])
        #expect(details["many"]?.texts.count == 16)
        #expect(details.count == 2)
    }
}
