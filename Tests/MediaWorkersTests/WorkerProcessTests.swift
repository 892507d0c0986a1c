import Testing

/// Everything that starts processes, one test after the other: the tests count this process's children and descriptors.
@Suite("Worker processes", .serialized)
enum WorkerProcessTests {}
