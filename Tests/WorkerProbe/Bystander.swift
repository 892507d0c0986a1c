import Glibc

/// A thread that exists before the sandbox is closed, and tries what it is told on request: the sandbox must cover it.
enum Bystander {
    /// Proof of safety: the two semaphores hand `request` and `result` back and forth between exactly two threads.
    nonisolated(unsafe) private static var asked = sem_t()
    nonisolated(unsafe) private static var answered = sem_t()
    nonisolated(unsafe) private static var request = ""
    nonisolated(unsafe) private static var result = ""

    static func start() {
        sem_init(&asked, 0, 0)
        sem_init(&answered, 0, 0)
        var thread = pthread_t()
        pthread_create(
            &thread,
            nil,
            { _ in
                while true {
                    sem_wait(&Bystander.asked)
                    Bystander.result = Attempt.perform(Bystander.request)
                    sem_post(&Bystander.answered)
                }
            },
            nil
        )
    }

    static func endProcessSoon() {
        var thread = pthread_t()
        pthread_create(
            &thread,
            nil,
            { _ in
                usleep(20_000)
                _exit(9)
            },
            nil
        )
    }

    static func perform(_ attempt: String) -> String {
        request = attempt
        sem_post(&asked)
        sem_wait(&answered)
        return result
    }
}
