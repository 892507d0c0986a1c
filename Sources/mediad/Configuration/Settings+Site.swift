import Foundation
import HTTPServing
import MediaStorage
import ServiceSupport

extension Settings {
    /// Looks whether this machine has what the settings name: certificates, a place for the storage root, PostgreSQL's programs. What is
    /// missing is noted with the mistakes of the configuration. Changes nothing; blocks.
    func checkSite(_ reader: SettingsReader) throws(SettingsError) {
        if let obstacle = StorageLayout.obstacle(to: self.resolved().storage.root) {
            try reader.refuse(
                "storage.root",
                self.storage.root,
                "the path of a folder that can be used: \(obstacle.withoutStop)"
            )
        }
        if let tls = self.tls {
            do throws(CertificateError) {
                try tls.files.check(tls.options)
            } catch {
                let isKey = error.message.contains("(tls.privateKey)") || error.message.contains("tls.privateKey ")
                try reader.refuse(
                    isKey ? "tls.privateKey" : "tls.certificate",
                    isKey ? tls.files.privateKey : tls.files.certificate,
                    "a file that can be used: \(error.message.withoutStop)"
                )
            }
        }
        if self.database.url == nil, let folder = self.embedded.binaries,
            !["initdb", "postgres"].allSatisfy({ FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)") })
        {
            try reader.refuse("embedded.binaries", folder, "a folder with the programs initdb and postgres")
        }
    }
}

extension String {
    /// For a sentence that goes on.
    fileprivate var withoutStop: Substring { self.hasSuffix(".") ? self.dropLast() : self[...] }
}
