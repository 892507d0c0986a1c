import Glibc
import NIOCore

/// What the kernel takes of a response beyond what the client has room for (tcp(7), TCP_NOTSENT_LOWAT).
extension ConnectionLimiter {
    /// Left alone the kernel takes some MiB for each client that does not read. For a few that is fastest; for a thousand it uses up
    /// what the kernel has for all of TCP, and then every other connection gets slow. So each gets its share of a total: the more
    /// connections there are, the less.
    func boundSendQueue(of channel: any Channel) {
        guard let share = self.sendQueueShare else { return }
        // A socket that does not know the option keeps what the kernel gives it.
        let option = ChannelOptions.Types.SocketOption.Value(share)
        try? channel.syncOptions?.setOption(.tcpOption(.init(rawValue: TCP_NOTSENT_LOWAT)), value: option)
    }
}
