// Whoever speaks of media speaks of sizes and times too.
@_exported public import Primitives
