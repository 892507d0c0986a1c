import Foundation
import MediaCore
import Yams

/// Finds keys of a configuration file that no setting reads: a misspelt key would otherwise be a default in disguise.
enum UnknownKeys {
    private static let known: Set<String> = [
        "storage.root", "storage.ioThreads",
        "database.url", "database.connections", "database.waiters", "database.connectTimeout",
        "database.acquireTimeout", "database.statementTimeout",
        "embedded.user", "embedded.binaries", "embedded.startTimeout", "embedded.stopTimeout",
        "http.hostname", "http.port", "http.eventLoops", "http.maximumConnections", "http.maximumHeaderSize",
        "http.maximumHeaderCount", "http.idleTimeout", "http.writeTimeout", "http.lingerTimeout", "http.pageSize",
        "http.maximumPageSize",
        "page.enabled",
        "files.cachedRecords", "files.waitersPerName", "files.retryInterval",
        "images.maximumPixels", "images.maximumFrames", "images.quality", "images.warmingQueue",
        "workers.count", "workers.addressSpace", "workers.cpuTime", "workers.wallTime", "workers.jobsPerWorker",
        "workers.queue", "workers.maximumWait", "workers.outputSize",
        "log.level", "log.format",
        "shutdownTimeout",
        "collections.names",
    ]
    private static let knownOfCollection: Set<String> = ["types", "maximumSize", "naming", "replacing", "presets"]

    /// - Throws: ``MediaError`` `invalid_configuration`, naming the first unknown key, or why the file is no YAML.
    static func check(file: String) throws {
        let root: Node?
        do {
            root = try Yams.compose(yaml: String(contentsOfFile: file, encoding: .utf8))
        } catch {
            throw MediaError(.invalidConfiguration, "The configuration file \(file) is not YAML: \(error)")
        }
        guard let root, let mapping = root.mapping else {
            throw MediaError(.invalidConfiguration, "The configuration file \(file) has no keys.")
        }
        if let key = Self.firstUnknown(in: mapping, under: "") {
            throw MediaError(
                .invalidConfiguration,
                "The configuration file \(file) has the key \(key), which does not exist. config/mediad.yaml lists all keys."
            )
        }
    }

    private static func firstUnknown(in mapping: Node.Mapping, under prefix: String) -> String? {
        for (keyNode, value) in mapping {
            let key = prefix + (keyNode.string ?? "?")
            if let inner = value.mapping {
                if let unknown = Self.firstUnknown(in: inner, under: key + ".") { return unknown }
            } else if !Self.isKnown(key) {
                return key
            }
        }
        return nil
    }

    private static func isKnown(_ key: String) -> Bool {
        if Self.known.contains(key) { return true }
        let parts = key.split(separator: ".").map(String.init)
        return parts.count == 3 && parts[0] == "collections" && Self.knownOfCollection.contains(parts[2])
    }
}
