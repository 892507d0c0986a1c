package import HTTPTypes

/// An error that says itself how it is told to clients.
package protocol ProblemConvertible: Error {
    /// The response's content.
    var problem: Problem { get }
    /// Further fields of the response, such as `Allow`.
    var fields: HTTPFields { get }
    /// What the log says; it may name internals.
    var reason: any Error { get }
}

extension ProblemConvertible {
    /// No further fields.
    package var fields: HTTPFields { [:] }
    /// The error itself.
    package var reason: any Error { self }
}
