import NIOCore

extension ConnectionState {
    /// What a connection is measured by.
    struct Policy {
        var idleTimeout: TimeAmount
        var headerTimeout: TimeAmount
        var writeTimeout: TimeAmount
        var lingerTimeout: TimeAmount
        /// Requests that a connection may bring; the response to the last one ends it.
        var maximumRequests: Int
        /// Bytes of a request's head.
        var maximumHeaderBytes: Int
        /// How far behind the time that the driver tells may be.
        var clockPeriod: TimeAmount

        init(_ limits: ConnectionLimits, clockPeriod: TimeAmount = .zero) {
            self.idleTimeout = TimeAmount(limits.idleTimeout)
            self.headerTimeout = TimeAmount(limits.headerTimeout)
            self.writeTimeout = TimeAmount(limits.writeTimeout)
            self.lingerTimeout = TimeAmount(limits.lingerTimeout)
            self.maximumRequests = limits.maximumRequestsPerConnection
            self.maximumHeaderBytes = limits.maximumHeaderBytes
            self.clockPeriod = clockPeriod
        }
    }
}
