import Testing

@testable import HTTPServing

@Suite("A request and its response")
struct RequestExchangeTests {
    private static func begun(isHead: Bool = false, expectsContinue: Bool = false) -> RequestExchange {
        var exchange = RequestExchange()
        exchange.begin(isHead: isHead)
        exchange.accept(isHead: isHead, expectsContinue: expectsContinue)
        return exchange
    }

    @Test("A request comes whole, then its response: nothing was early")
    func plain() {
        var exchange = Self.begun()
        #expect(exchange.body == .due && exchange.isResponding)
        #expect(exchange.bodyCame() == true)
        #expect(exchange.requestEnded() == true)
        #expect(exchange.inputEnded() == false, "the end of the connection is no news")
        exchange.finalHeadWritten()
        #expect(!exchange.isBeforeFinalHead)
        #expect(exchange.responseEnded() == .afterRequest)
        #expect(!exchange.isResponding)
        #expect(exchange.responseEnded() == nil, "only once")
    }

    @Test("A client that waits is told to go on once, when the body is wanted")
    func expectation() {
        var exchange = Self.begun(expectsContinue: true)
        #expect(exchange.bodyWanted(isPaced: false) == true)
        #expect(exchange.bodyWanted(isPaced: false) == false)
    }

    @Test("A client that did not wait, or whose response has begun, is not told to go on")
    func noExpectation() {
        var none = Self.begun()
        #expect(none.bodyWanted(isPaced: false) == false)
        var impatient = Self.begun(expectsContinue: true)
        #expect(impatient.bodyCame() == true)
        #expect(impatient.bodyWanted(isPaced: false) == false)
        var refused = Self.begun(expectsContinue: true)
        refused.finalHeadWritten()
        #expect(refused.bodyWanted(isPaced: false) == false)
    }

    @Test("Interim responses come before the final head only")
    func interim() {
        var exchange = RequestExchange()
        #expect(!exchange.mayWriteInterim)
        exchange = Self.begun()
        #expect(exchange.mayWriteInterim)
        exchange.finalHeadWritten()
        #expect(!exchange.mayWriteInterim)
        _ = exchange.responseEnded()
        #expect(!exchange.mayWriteInterim)
    }

    @Test("A response that is whole before the body ends the exchange early; what still comes is nobody's")
    func early() {
        var exchange = Self.begun()
        #expect(exchange.bodyCame() == true)
        exchange.finalHeadWritten()
        #expect(exchange.bodyCame() == true, "until the response is whole somebody may read")
        #expect(exchange.responseEnded() == .early)
        #expect(exchange.body == .discarded)
        #expect(exchange.bodyCame() == false)
        #expect(exchange.requestEnded() == false)
        #expect(exchange.inputEnded() == false)
    }

    @Test("A body that stops before its end is incomplete, once")
    func incomplete() {
        var exchange = Self.begun()
        #expect(exchange.bodyCame() == true)
        #expect(exchange.inputEnded() == true)
        #expect(exchange.inputEnded() == false)
    }

    @Test("A body is awaited until it is whole, or somebody has a time-out of its own")
    func awaited() {
        var exchange = RequestExchange()
        #expect(!exchange.isBodyAwaited)
        exchange = Self.begun()
        #expect(exchange.isBodyAwaited)
        var read = exchange
        #expect(read.requestEnded() == true)
        #expect(!read.isBodyAwaited)
        _ = exchange.bodyWanted(isPaced: false)
        #expect(exchange.isBodyAwaited)
        _ = exchange.bodyWanted(isPaced: true)
        #expect(!exchange.isBodyAwaited)
    }

    @Test("HEAD has no content, also when only the layers above see it; then the client is shown a length of 0")
    func head() {
        #expect(Self.begun().content == .all)
        #expect(Self.begun(isHead: true).content == .none)
        var overridden = RequestExchange()
        overridden.begin(isHead: false)
        overridden.accept(isHead: true, expectsContinue: false)
        #expect(overridden.content == .empty)
        overridden.begin(isHead: false)
        #expect(overridden.content == .all, "the next request is another one")
    }

    @Test("What cannot be read is responded to, and has no body to wait for")
    func unreadable() {
        var exchange = RequestExchange()
        exchange.beginUnreadable()
        #expect(exchange.isResponding && !exchange.isBodyAwaited)
        exchange.finalHeadWritten()
        #expect(exchange.responseEnded() == .afterRequest)
    }
}
