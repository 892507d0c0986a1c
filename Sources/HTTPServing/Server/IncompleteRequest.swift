/// The connection or the stream ended before the request's body did; caught by ``BodyReceiver`` or by who reads the body.
struct IncompleteRequest: Error {}
