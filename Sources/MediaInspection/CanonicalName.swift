import MediaCore

/// libmagic's names for types, turned into the registered ones that the rest of the daemon knows.
enum CanonicalName {
    static func type(_ essence: String) -> MediaType {
        MediaType(self.names[essence] ?? essence)
    }

    private static let names: [String: String] = [
        "audio/x-m4a": MediaType.audioMP4.essence,
        "audio/x-wav": MediaType.wav.essence,
        "audio/vnd.wave": MediaType.wav.essence,
        "audio/x-flac": MediaType.flac.essence,
        "audio/mp3": MediaType.mp3.essence,
        "audio/x-mp3": MediaType.mp3.essence,
        "audio/x-hx-aac-adts": MediaType.aac.essence,
        "audio/x-hx-aac-adif": MediaType.aac.essence,
        "audio/x-aac": MediaType.aac.essence,
        "audio/x-aiff": "audio/aiff",
        "audio/vnd.dolby.dd-raw": "audio/ac3",
        "audio/x-dts": "audio/vnd.dts",
        "audio/x-midi": "audio/midi",
        "application/ogg": MediaType.ogg.essence,
        "video/x-matroska": MediaType.matroska.essence,
        "video/mp2p": "video/mpeg",
        "video/mpv": "video/mpeg",
        "video/x-mpeg": "video/mpeg",
        "video/avi": "video/x-msvideo",
        "image/heic-sequence": MediaType.heic.essence,
        "image/heif-sequence": MediaType.heif.essence,
        "image/vnd.mozilla.apng": MediaType.png.essence,
        "image/apng": MediaType.png.essence,
        "image/x-ms-bmp": "image/bmp",
        "image/x-icon": "image/vnd.microsoft.icon",
        "image/x-portable-greymap": "image/x-portable-graymap",
        "image/x-photoshop": "image/vnd.adobe.photoshop",
        "image/x-psd": "image/vnd.adobe.photoshop",
        "image/x-tiff": MediaType.tiff.essence,
        "image/svg": MediaType.svg.essence,
        "application/xml": MediaType.xml.essence,
        "application/xhtml+xml": MediaType.html.essence,
        "application/x-gzip": "application/gzip",
        "application/x-pdf": MediaType.pdf.essence,
        "application/x-zip-compressed": MediaType.zip.essence,
        "application/csv": "text/csv",
        "application/x-cdf": "application/x-ole-storage",
        "application/cdfv2": "application/x-ole-storage",
        "application/x-setupscript": MediaType.plainText.essence,
        "text/webvtt": MediaType.vtt.essence,
        "inode/x-empty": MediaType.octetStream.essence,
        "application/x-empty": MediaType.octetStream.essence,
    ]
}
