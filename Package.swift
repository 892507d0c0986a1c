// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let systemPackage: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioHPACK: Target.Dependency = .product(name: "NIOHPACK", package: "swift-nio-http2")
let nioHTTP2: Target.Dependency = .product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHTTPTypes: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioWebSocket: Target.Dependency = .product(name: "NIOWebSocket", package: "swift-nio")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")

let package = Package(
    name: "mediad",
    products: [
        .executable(name: "mediad", targets: ["mediad"]),
        .executable(name: "filmd", targets: ["filmd"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-structured-headers", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        // The C libraries: module maps and thin inline shims, no logic.
        .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CLibmagic", pkgConfig: "libmagic", providers: [.apt(["libmagic-dev"])]),
        .systemLibrary(name: "CLibvips", pkgConfig: "vips", providers: [.apt(["libvips-dev"])]),
        // Both are there wherever libvips-dev is, which depends on them. libjxl's pkg-config file has flags that SwiftPM refuses, and none
        // that are needed.
        .systemLibrary(name: "CLibjxl", providers: [.apt(["libjxl-dev"])]),
        .systemLibrary(name: "CLibtiff", pkgConfig: "libtiff-4", providers: [.apt(["libtiff-dev"])]),
        .systemLibrary(name: "CLibxml2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CLibcrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLibz", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CLibargon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
        .systemLibrary(name: "CLibseccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
        .target(name: "CLinux"),
        // Loaded by workers, not linked: see its header.
        .target(name: "CLibav"),

        // What knows no media: units, and mechanisms without a domain.
        .target(
            name: "Primitives",
            dependencies: [systemPackage, .product(name: "DequeModule", package: "swift-collections")],
            swiftSettings: strict
        ),

        // The types that the parts of mediad have in common, and what HTTP's header fields mean.
        .target(name: "MediaCore", dependencies: ["Primitives"], swiftSettings: strict),
        // Who may do what: rights and decisions, and the texts that prove them.
        .target(name: "Access", dependencies: ["MediaCore", "Primitives"], swiftSettings: strict),
        .target(
            name: "Credentials",
            dependencies: [
                "Access", "MediaCore", "Primitives", crypto,
                .product(name: "JWTKit", package: "jwt-kit"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "HTTPSemantics",
            dependencies: [
                httpTypes,
                .product(name: "RawStructuredFieldValues", package: "swift-http-structured-headers"),
            ],
            swiftSettings: strict
        ),

        // Adapters: each knows one outside thing.
        .target(name: "Postgres", dependencies: ["Primitives", "CLibpq", logging], swiftSettings: strict),
        .target(
            name: "PostgresCluster",
            dependencies: ["Primitives", "CLinux", subprocess, systemPackage, logging],
            swiftSettings: strict
        ),
        .target(
            name: "MediaCatalog",
            dependencies: ["Access", "MediaCore", "Postgres", "ServiceSupport", logging],
            swiftSettings: strict
        ),
        .target(
            name: "MediaStorage",
            dependencies: ["MediaCore", "CLinux", "CLibcrypto", crypto, nioPosix, systemPackage],
            swiftSettings: strict
        ),
        .target(
            name: "Vips",
            dependencies: [
                "MediaCore", "CLibvips", "CLibjxl", "CLibtiff", "Libav", "IsoMedia", "VectorGraphics", systemPackage,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Libav",
            dependencies: ["MediaCore", "IsoMedia", "CLibav", systemPackage],
            swiftSettings: strict
        ),
        .target(name: "IsoMedia", dependencies: ["Primitives", systemPackage], swiftSettings: strict),
        .target(
            name: "MediaInspection",
            dependencies: ["MediaCore", "IsoMedia", "CLibmagic", "Vips", "Libav", systemPackage],
            swiftSettings: strict
        ),
        .target(
            name: "MediaRendering",
            dependencies: ["MediaCore", "Vips", "Libav", "IsoMedia", systemPackage],
            swiftSettings: strict
        ),
        .target(name: "VectorGraphics", dependencies: ["MediaCore", "CLibxml2"], swiftSettings: strict),
        .target(
            name: "MediaRewriting",
            dependencies: ["MediaCore", "VectorGraphics", "IsoMedia", systemPackage],
            swiftSettings: strict
        ),
        .target(
            name: "MediaWorkers",
            dependencies: ["MediaCore", "CLinux", "CLibseccomp", subprocess, systemPackage, logging],
            swiftSettings: strict
        ),

        // What any HTTP service of ours is built from; knows no media.
        .target(
            name: "HTTPServing",
            dependencies: [
                "Primitives", "HTTPSemantics", "CLinux", httpTypes, nioCore, nioPosix, nioHTTP1, logging, lifecycle,
                systemPackage,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Metrics", package: "swift-metrics"),
                nioHTTPTypes, nioTLS, nioSSL, nioHTTP2, nioHPACK, nioWebSocket,
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP2", package: "swift-nio-extras"),
            ],
            swiftSettings: strict
        ),
        // A feed of changes for many readers, and what keeps it going.
        .target(name: "FeedServing", dependencies: ["Primitives", logging, lifecycle], swiftSettings: strict),
        .target(
            name: "ServiceSupport",
            dependencies: [
                "FeedServing", "Primitives", "Postgres", logging, lifecycle, systemPackage,
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "UploadClient",
            dependencies: [
                "Primitives", nioCore, nioPosix, nioHTTP1, httpClient, crypto, systemPackage,
            ],
            swiftSettings: strict
        ),
        // mediad's HTTP API for services of others: grants, records, signed addresses, links, changes.
        .target(
            name: "MediaClient",
            dependencies: ["Primitives", nioCore, nioHTTP1, httpClient],
            swiftSettings: strict
        ),
        // An adapter: messages to endpoints that somebody else chose.
        .target(
            name: "WebhookTransport",
            dependencies: ["HTTPSemantics", "MediaCore", nioCore, nioPosix, nioHTTP1, nioSSL, nioTLS],
            swiftSettings: strict
        ),

        // The use cases, and the HTTP API that offers them.
        .target(
            name: "MediaEngine",
            dependencies: ["Access", "Credentials", "FeedServing", "MediaCore", "Primitives", logging, lifecycle],
            swiftSettings: strict
        ),
        .target(
            name: "MediaServer",
            dependencies: [
                "Access", "Credentials", "MediaEngine", "MediaCore", "HTTPServing", "HTTPSemantics",
                httpTypes, nioCore,
                nioPosix, nioHPACK,
                logging, lifecycle, crypto, systemPackage,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
            ],
            resources: [.embedInCode("Page/index.html")],
            swiftSettings: strict
        ),

        // The composition root.
        .executableTarget(
            name: "mediad",
            dependencies: [
                "Access", "Credentials", "MediaCore", "MediaCatalog", "MediaStorage", "MediaInspection",
                "MediaRendering",
                "MediaRewriting", "MediaWorkers", "MediaEngine", "MediaServer", "FeedServing", "HTTPServing",
                "HTTPSemantics",
                "ServiceSupport", "WebhookTransport",
                "UploadClient", "Postgres", "PostgresCluster", "CLinux", httpTypes,
                nioCore, nioPosix, logging,
                lifecycle,
                nioHTTP1, httpClient, systemPackage, crypto,
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict
        ),

        // The film application: a service on top of mediad, which it reaches like any other client.
        .target(
            name: "Films",
            dependencies: [
                "FeedServing", "HTTPServing", "HTTPSemantics", "ServiceSupport", "Postgres", "Primitives",
                "MediaClient", "CLibargon2",
                "CLibz",
                httpTypes, nioCore, nioPosix, nioHTTP1, logging, lifecycle, crypto,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "JWTKit", package: "jwt-kit"),
            ],
            resources: [
                .embedInCode("Problems/Texts/problems.en.json"), .embedInCode("Problems/Texts/problems.fr.json"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "filmd",
            dependencies: [
                "FeedServing", "Films", "HTTPServing", "HTTPSemantics", "ServiceSupport", "Postgres", "Primitives",
                "MediaClient",
                nioCore, nioPosix, logging, lifecycle, systemPackage,
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["Front"],
            swiftSettings: strict
        ),

        // Doubles, fault injection, throwaway services and a daemon to test.
        .target(
            name: "MediaTesting",
            dependencies: ["MediaCore", "PostgresCluster", logging, systemPackage],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "worker-probe",
            dependencies: ["MediaCore", "MediaWorkers", "CLinux", "CLibseccomp"],
            path: "Tests/WorkerProbe",
            swiftSettings: strict
        ),

        // What tests of HTTPServing, and of what stands on it, begin with.
        .target(
            name: "HTTPServingTesting",
            dependencies: ["HTTPServing"],
            path: "Tests/HTTPServingTesting",
            swiftSettings: strict
        ),
        // A second service, which knows no media, for the tests of HTTPServing.
        .executableTarget(
            name: "http-serving-probe",
            dependencies: [
                "HTTPServing", "HTTPSemantics", "Primitives", nioCore, nioPosix, logging, lifecycle,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "Tests/HTTPServingProbe",
            swiftSettings: strict
        ),

        // What filmd is measured beside (Benchmarks/films.py).
        .executableTarget(
            name: "hummingbird-peer",
            dependencies: [.product(name: "Hummingbird", package: "hummingbird")],
            path: "Benchmarks/Peer",
            swiftSettings: strict
        ),

        // A headless browser for the tests that need one.
        .target(
            name: "BrowserTesting",
            dependencies: ["MediaTesting", nioCore, nioHTTP1, httpClient],
            path: "Tests/BrowserTesting",
            swiftSettings: strict
        ),

        .testTarget(name: "PrimitivesTests", dependencies: ["Primitives", systemPackage], swiftSettings: strict),
        .testTarget(name: "AccessTests", dependencies: ["Access", "MediaCore", "Primitives"], swiftSettings: strict),
        .testTarget(
            name: "CredentialsTests",
            dependencies: [
                "Access", "Credentials", "MediaCore", "Primitives", "MediaTesting", crypto,
                .product(name: "JWTKit", package: "jwt-kit"),
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "MediaCoreTests", dependencies: ["MediaCore"], swiftSettings: strict),
        .testTarget(
            name: "HTTPSemanticsTests",
            dependencies: [
                "HTTPSemantics", "MediaTesting", httpTypes, nioCore, nioHTTP1,
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "PostgresTests",
            dependencies: ["Primitives", "Postgres", "MediaTesting", logging],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ServiceSupportTests",
            dependencies: [
                "Primitives", "ServiceSupport", "Postgres", "MediaTesting", logging, systemPackage,
                .product(name: "Configuration", package: "swift-configuration"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "FilmsTests",
            dependencies: [
                "FeedServing", "Films", "filmd", "HTTPSemantics", "HTTPServing", "MediaCatalog", "MediaClient",
                "Postgres",
                "Primitives",
                "ServiceSupport", "MediaTesting", nioCore, nioHTTP1, httpTypes, logging,
            ],
            swiftSettings: strict
        ),
        // These start the real binaries of both services.
        .testTarget(
            name: "FilmsEndToEndTests",
            dependencies: ["BrowserTesting", "MediaTesting", "PostgresCluster", "mediad", "filmd"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MediaClientTests",
            dependencies: ["MediaClient", nioCore, nioPosix, nioHTTP1],
            swiftSettings: strict
        ),
        .testTarget(
            name: "UploadClientTests",
            dependencies: ["UploadClient", nioCore, nioPosix, nioHTTP1],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WebhookTransportTests",
            dependencies: [
                "HTTPSemantics", "MediaCore", "MediaTesting", "WebhookTransport", nioCore, nioPosix, nioHTTP1, nioSSL,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "PostgresClusterTests",
            dependencies: ["PostgresCluster", "MediaTesting", logging],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MediaStorageTests",
            dependencies: ["MediaCore", "MediaStorage", "MediaTesting", nioPosix, crypto],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MediaCatalogTests",
            dependencies: [
                "Access", "Credentials", "MediaCore", "MediaCatalog", "Postgres", "PostgresCluster", "ServiceSupport",
                "MediaTesting",
                logging,
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "LibavTests", dependencies: ["MediaCore", "Libav"], swiftSettings: strict),
        .testTarget(
            name: "IsoMediaTests",
            dependencies: ["Primitives", "IsoMedia", systemPackage],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MediaInspectionTests",
            dependencies: ["MediaCore", "IsoMedia", "Vips", "Libav", "MediaInspection", "MediaTesting"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MediaRenderingTests",
            dependencies: ["MediaCore", "Vips", "Libav", "MediaRendering", "MediaTesting"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MediaRewritingTests",
            dependencies: ["MediaCore", "Vips", "MediaRewriting", "MediaTesting"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "VectorGraphicsTests",
            dependencies: ["MediaCore", "VectorGraphics", "MediaTesting"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MediaWorkersTests",
            dependencies: ["MediaCore", "MediaWorkers", "MediaTesting", "CLinux", "worker-probe", logging],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MediaEngineTests",
            dependencies: [
                "Access", "Credentials", "FeedServing", "MediaCore", "MediaEngine", "MediaStorage", "MediaTesting",
                nioPosix, logging,
                lifecycle,
                .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HTTPServingTests",
            dependencies: [
                "HTTPServing", "HTTPServingTesting", "HTTPSemantics", "MediaTesting", "http-serving-probe", httpTypes,
                nioCore, nioHTTP1, nioWebSocket,
                nioHPACK,
                logging,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MediaServerTests",
            dependencies: [
                "Access", "Credentials", "MediaEngine", "MediaServer", "MediaCore", "HTTPServing",
                "HTTPServingTesting",
                "Primitives", "HTTPSemantics", "MediaTesting", httpTypes, nioCore,
                nioHPACK, crypto, nioPosix, logging,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MediadTests",
            dependencies: ["mediad", "ServiceSupport", "UploadClient"],
            swiftSettings: strict
        ),
        // These start the real binary.
        .testTarget(
            name: "PageTests",
            dependencies: [
                "BrowserTesting", "MediaTesting", "PostgresCluster", "mediad", nioCore, nioHTTP1, httpClient,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "BrowserTesting", "MediaTesting", "MediaCore", "PostgresCluster", "mediad", nioCore, nioHTTP1,
                httpClient, crypto,
            ],
            swiftSettings: strict
        ),
    ]
)
