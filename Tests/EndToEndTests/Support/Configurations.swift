/// Configuration files of the tests.
enum Configurations {
    /// Small limits, so that they can be passed; documents that can script, so that their fields can be seen. Connections may wait
    /// long for a request: on a busy machine what a test does beside them takes its time.
    static let standard = """
        log:
          format: json
          level: info
        http:
          eventLoops: 2
          headerTimeout: 5m
          idleTimeout: 5m
        # AVIF is made when somebody asks: hundreds of files come here, of which nobody does.
        images:
          formatsAhead: [webp, jpeg]
        workers:
          count: 2
        database:
          connections: 4
          connectTimeout: 2s
          acquireTimeout: 2s
        files:
          retryInterval: 200ms
        collections:
          names: [avatars, posters, videos, documents]
          avatars:
            stripPrivateMetadata: false
          posters:
            maximumSize: 20MiB
          videos:
            maximumSize: 64MiB
          documents:
            maximumSize: 256KiB
            types: [application/pdf, text/plain, text/html, image/svg+xml]

        """

    /// Time-outs of a few seconds, for tests in which the client does nothing.
    static let impatient = standard.replacing(
        "  headerTimeout: 5m\n  idleTimeout: 5m\n",
        with: "  headerTimeout: 4s\n  idleTimeout: 4s\n  writeTimeout: 4s\n  lingerTimeout: 1s\n"
    )
}
