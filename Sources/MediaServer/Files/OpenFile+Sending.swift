import HTTPServing
import MediaCore

/// Bytes of an open file go from its descriptor to the socket.
extension OpenFile: SendableFile {}
