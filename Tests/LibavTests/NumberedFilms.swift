import Testing

@testable import Libav

/// Films whose frames carry their number: the left half is as bright as its units, the right half as its twenties.
enum NumberedFilms {
    /// - Parameters:
    ///   - frames: at most 400.
    ///   - rate: per second.
    ///   - isNoisy: below the number, so that each frame has some thousand bytes.
    static func source(frames: Int, rate: Int = 25, isNoisy: Bool = false) -> String {
        let number = "20+10*if(lt(X\\,80)\\,mod(N\\,20)\\,floor(N/20))"
        let brightness = isNoisy ? "if(lt(Y\\,64)\\,\(number)\\,255*random(1))" : number
        return "-f lavfi -i nullsrc=s=160x96:r=\(rate),geq=lum=\(brightness):cb=128:cr=128,trim=end_frame=\(frames)"
    }

    static func number(_ frame: DecodedFrame?) throws -> Int {
        let image = try #require(frame).rgb()
        func digit(_ x: Double) -> Int {
            let luma = Double(image.colour(x, 0.5)[1]) * 219 / 255 + 16
            return Int(((luma - 20) / 10).rounded())
        }
        return digit(0.75) * 20 + digit(0.25)
    }
}
