import NIOCore

final class ConnectionLife {
    private let channel: any Channel
    init(_ channel: any Channel) { self.channel = channel }
    func requestBegan() {}
    func requestRead() {}
    func responseEnded() {}
    var mayKeepAlive: Bool { true }
    func closeWhenWritten() {
        let p = self.channel.eventLoop.makePromise(of: Void.self)
        p.futureResult.whenComplete { [channel] _ in channel.close(promise: nil) }
        self.channel.writeAndFlush(IOData.byteBuffer(ByteBuffer()), promise: p)
    }
}
