import HTTPServingTesting
import NIOCore
import Testing

@testable import HTTPServing

/// A connection of HTTP/1 and a clock that a test sets forward.
private struct Story {
    var state: ConnectionState
    private(set) var now = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    init(maximumRequests: Int = 100, clockPeriod: TimeAmount = .zero) {
        self.state = .http1(.story(maximumRequests: maximumRequests, clockPeriod: clockPeriod), now: self.now)
    }

    mutating func wait(_ time: TimeAmount) { self.now = self.now + time }

    mutating func verdict(unsent: Int = 0, isReadable: Bool = true) -> ConnectionState.Verdict {
        self.state.verdict(now: self.now, unsentBytes: unsent, isReadable: isReadable)
    }

    /// A whole request without a body, and its response.
    mutating func exchange() -> Bool {
        self.state.bytesCame(now: self.now)
        self.state.requestBegan()
        self.state.requestRead()
        return self.state.responseEnded(now: self.now)
    }
}

extension ConnectionState.Policy {
    /// Time-outs that differ, so that a test sees which one counts.
    fileprivate static func story(maximumRequests: Int = 100, clockPeriod: TimeAmount = .zero) -> Self {
        var limits = ConnectionLimits.plenty
        limits.maximumRequestsPerConnection = maximumRequests
        var policy = ConnectionState.Policy(limits)
        policy.clockPeriod = clockPeriod
        return policy
    }
}

@Suite("The state of a connection of HTTP/1")
struct ConnectionStateTests {
    @Test(
        "A new connection has the header time-out for its first head, and is closed without a word when nothing comes"
    )
    func silent() {
        var story = Story()
        #expect(story.state.isWaiting && story.state.isOpen)
        story.wait(.seconds(9))
        #expect(story.verdict() == .goOn)
        story.wait(.seconds(1))
        #expect(story.verdict() == .close)
    }

    @Test("A head that has begun and does not end is told so; more bytes of it give no more time")
    func slowHead() {
        var story = Story()
        for _ in 1...9 {
            story.wait(.seconds(1))
            story.state.bytesCame(now: story.now)
            #expect(story.verdict() == .goOn)
        }
        story.wait(.seconds(1))
        #expect(story.verdict() == .requestTimeout)
    }

    @Test("The first line of a head is told from its fields")
    func requestLine() {
        var story = Story()
        story.state.bytesCame(now: story.now)
        story.state.lineCame(10, isWhole: false)
        #expect(story.state.head == .init(hasBegun: true, hasRequestLine: false, lineBytes: 10))
        story.state.lineCame(5, isWhole: true)
        #expect(story.state.head == .init(hasBegun: true, hasRequestLine: true, lineBytes: 15))
        story.state.requestBegan()
        #expect(story.state.head == nil)
    }

    @Test("Between two requests the idle time-out counts; the next head has its own")
    func idle() {
        var story = Story()
        #expect(story.exchange() == false)
        #expect(story.state.phase == .idle)
        story.wait(.seconds(59))
        #expect(story.verdict() == .goOn)
        story.state.bytesCame(now: story.now)
        story.wait(.seconds(9))
        #expect(story.verdict() == .goOn)
        #expect(story.exchange() == false)
        story.wait(.seconds(60))
        #expect(story.verdict() == .close)
    }

    @Test(
        "A response may take as long as it likes; a body that is due may not, unless somebody else watches or nobody reads"
    )
    func body() {
        var story = Story()
        story.state.bytesCame(now: story.now)
        story.state.requestBegan()
        #expect(!story.state.isWaiting)
        story.wait(.seconds(59))
        story.state.bytesCame(now: story.now)
        story.wait(.seconds(59))
        #expect(story.verdict() == .goOn)
        story.wait(.seconds(1))
        #expect(story.verdict(isReadable: false) == .goOn)
        #expect(story.verdict() == .close)
        story.state.bodyIsPaced()
        #expect(story.verdict() == .goOn)
        story.state.requestRead()
        story.state.bodyIsPaced()
        #expect(story.state.phase == .exchanging(.read))
        story.wait(.hours(10))
        #expect(story.verdict() == .goOn)
    }

    @Test("A client that takes nothing of what is written is cut off; any byte that it takes gives it more time")
    func blocked() {
        var story = Story()
        story.state.bytesCame(now: story.now)
        story.state.requestBegan()
        story.state.requestRead()
        story.state.sending.bytesWritten(1000, now: story.now)
        story.wait(.seconds(29))
        #expect(story.verdict(unsent: 1000) == .goOn)
        #expect(story.verdict(unsent: 999) == .goOn)
        story.wait(.seconds(29))
        // TLS may count more than was given: that is no progress, and no step back either.
        #expect(story.verdict(unsent: 1100) == .goOn)
        story.wait(.seconds(1))
        #expect(story.verdict(unsent: 1100) == .reset)
    }

    @Test("Nothing is idle while something of the last response is on its way")
    func idleButSending() {
        var story = Story()
        story.state.sending.bytesWritten(1000, now: story.now)
        _ = story.exchange()
        story.wait(.seconds(29))
        #expect(story.verdict(unsent: 500) == .goOn)
        story.wait(.seconds(29))
        #expect(story.verdict(unsent: 100) == .goOn)
        story.wait(.seconds(2))
        #expect(story.verdict(unsent: 50) == .goOn, "the idle time is over, but the client still reads")
        #expect(story.verdict(unsent: 0) == .close)
    }

    @Test("The last of the requests that a connection may bring ends it")
    func budget() {
        var story = Story(maximumRequests: 3)
        #expect(story.state.mayKeepAliveOnceMore)
        #expect(story.exchange() == false)
        #expect(story.exchange() == false)
        #expect(!story.state.mayKeepAliveOnceMore, "whoever cannot say so leaves the last one to the router")
        #expect(story.state.mayKeepAlive)
        story.state.bytesCame(now: story.now)
        story.state.requestBegan()
        #expect(!story.state.mayKeepAlive)
        #expect(story.state.responseEnded(now: story.now) == true)
    }

    @Test("Graceful shutdown lets a response finish, and nothing begin")
    func shutdown() {
        var busy = Story()
        busy.state.bytesCame(now: busy.now)
        busy.state.requestBegan()
        #expect(busy.state.lastRequestCame() == false)
        #expect(busy.state.responseEnded(now: busy.now) == true)
        var idle = Story()
        _ = idle.exchange()
        #expect(idle.state.lastRequestCame() == true)
        #expect(idle.state.isOpen && idle.state.isWaiting)
    }

    @Test("The end: flushing has no time-out but the write's, lingering has one, and no request is taken any more")
    func ending() {
        var story = Story()
        _ = story.exchange()
        #expect(story.state.beginFlushing(now: story.now) == true)
        #expect(story.state.beginFlushing(now: story.now) == false)
        #expect(!story.state.isOpen && !story.state.isWaiting)
        story.state.requestBegan()
        #expect(story.state.phase == .flushing)
        story.wait(.hours(1))
        #expect(story.verdict() == .goOn)
        story.state.beginLingering(now: story.now)
        #expect(story.state.isWaiting, "closing it takes nothing from anybody")
        story.state.bytesCame(now: story.now)
        #expect(story.state.phase == .lingering)
        story.wait(.seconds(2))
        #expect(story.verdict() == .close)
    }

    @Test("With a clock that stands still between two looks nobody is closed before the time")
    func coarseClock() {
        var story = Story(clockPeriod: .seconds(1))
        story.wait(.seconds(10))
        #expect(story.verdict() == .goOn)
        story.wait(.seconds(1))
        #expect(story.verdict() == .close)
    }
}

@Suite("The state of a connection of HTTP/2")
struct StreamConnectionStateTests {
    private var state = ConnectionState.http2(.story(), now: .uptimeNanoseconds(0))

    private static func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(seconds) }

    @Test("Without a stream the idle time-out counts, and the client is asked to go; a crowd makes it earlier")
    func idle() {
        var state = self.state
        #expect(state.verdict(now: Self.at(59), isCrowded: false) == .goOn)
        #expect(state.verdict(now: Self.at(59), isCrowded: true) == .goAway)
        #expect(state.verdict(now: Self.at(60), isCrowded: false) == .goAway)
        state.streamOpened()
        state.streamOpened()
        #expect(state.verdict(now: Self.at(600), isCrowded: true) == .goOn)
        #expect(state.streamClosed(now: Self.at(601)) == false)
        #expect(state.verdict(now: Self.at(700), isCrowded: true) == .goOn)
        #expect(state.streamClosed(now: Self.at(701)) == false)
        #expect(state.verdict(now: Self.at(760), isCrowded: false) == .goOn)
        #expect(state.verdict(now: Self.at(761), isCrowded: false) == .goAway)
    }

    @Test("A client that takes nothing for the write time-out is closed, whatever its streams wait for")
    func blocked() {
        var state = self.state
        state.streamOpened()
        state.sending.blocked(now: Self.at(10))
        #expect(state.verdict(now: Self.at(39), isCrowded: false) == .goOn)
        state.sending.unblocked()
        #expect(state.verdict(now: Self.at(100), isCrowded: false) == .goOn)
        state.sending.blocked(now: Self.at(100))
        #expect(state.verdict(now: Self.at(130), isCrowded: false) == .close)
    }

    @Test(
        "Graceful shutdown with streams: nothing is to be begun, then the last stream is named, then the last one ends it"
    )
    func shutdownWithStreams() {
        var state = self.state
        state.streamOpened()
        #expect(state.beginGoAway() == .beginNothing)
        #expect(state.beginGoAway() == nil, "only once")
        state.streamOpened()
        #expect(state.streamClosed(now: Self.at(1)) == false)
        #expect(state.goAwayWasRead() == .lastStream)
        #expect(!state.isDone)
        #expect(state.streamClosed(now: Self.at(2)) == true)
    }

    @Test("Graceful shutdown without streams: the last stream is named at once, and the client has time to read it")
    func shutdownWithoutStreams() {
        var state = self.state
        #expect(state.beginGoAway() == .lastStream)
        #expect(!state.isDone)
        #expect(state.goAwayWasRead() == nil)
        #expect(state.isDone)
    }
}
