extension HTTPServer {
    /// What a server is set to.
    package struct Configuration: Sendable {
        /// Where HTTP is spoken in the clear; nil: nowhere.
        package var plain: PlainListener?
        /// Where TLS is spoken; nil: nowhere.
        package var tls: TLSListener?
        /// Whether a request with this target may name another method in `X-HTTP-Method-Override`.
        package var allowsMethodOverride: @Sendable (_ target: String) -> Bool
        /// Of the types of problems that are told without the responder.
        package var problems: ProblemNamespace

        /// - Parameters:
        ///   - allowsMethodOverride: no request may unless it is given.
        ///   - problems: that of the responder's own problems.
        package init(
            plain: PlainListener?,
            tls: TLSListener?,
            allowsMethodOverride: @escaping @Sendable (_ target: String) -> Bool = { _ in false },
            problems: ProblemNamespace = .none
        ) {
            self.plain = plain
            self.tls = tls
            self.allowsMethodOverride = allowsMethodOverride
            self.problems = problems
        }
    }
}

/// Where HTTP is spoken in the clear. Every field is a configuration key (`http.*`).
package struct PlainListener: Sendable {
    /// The IP address or name to bind to.
    package var hostname: String
    /// 0 takes any free port.
    package var port: Int

    /// - Parameter port: 0 takes any free one.
    package init(hostname: String, port: Int) {
        self.hostname = hostname
        self.port = port
    }
}
