import CLibxml2
import MediaCore

/// What a ``MarkupReader`` tells.
protocol MarkupHandler: AnyObject {
    func begin(_ name: MarkupName, attributes: [MarkupAttribute])
    func end()
    func text(_ text: String)
    /// Set to end the reading with this error.
    var refusal: MediaError? { get }
}

/// A name and the namespace that it is from.
struct MarkupName: Hashable {
    var local: String
    var namespace: String?
}

struct MarkupAttribute: Hashable {
    var name: MarkupName
    var value: String
}

/// Reads XML with libxml2's parser, event by event: no tree, no network, no DTD of elsewhere, no entities.
///
/// libxml2 bounds the depth (256 elements) and the length of names, attributes and texts (10 MB) by itself.
///
/// Source: https://gnome.pages.gitlab.gnome.org/libxml2/devhelp/libxml2-parser.html
enum MarkupReader {
    /// - Throws: `file_damaged` where it is not well-formed or declares entities; the handler's refusal.
    static func read(_ bytes: UnsafeRawBufferPointer, _ handler: any MarkupHandler) throws(MediaError) {
        xmlInitParser()
        guard let count = Int32(exactly: bytes.count),
            let context = xmlCreateMemoryParserCtxt(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), count)
        else { throw MediaError(.fileDamaged, "The file is too short or too long to be XML.") }
        let reading = Reading(context: context, handler: handler)
        defer {
            if let document = context.pointee.myDoc { xmlFreeDoc(document) }
            context.pointee.myDoc = nil
            xmlFreeParserCtxt(context)
        }
        xmlCtxtUseOptions(context, Int32(XML_PARSE_NONET.rawValue))
        context.pointee.sax.pointee = Self.callbacks
        context.pointee.userData = Unmanaged.passUnretained(reading).toOpaque()
        withExtendedLifetime(reading) { _ = xmlParseDocument(context) }
        if let refusal = reading.refusal { throw refusal }
        guard context.pointee.wellFormed == 1 else {
            let message = context.pointee.lastError.message.map { String(cString: $0) } ?? "no reason given"
            throw MediaError(
                .fileDamaged,
                "The file is not well-formed XML (line \(context.pointee.lastError.line)).",
                cause: MarkupFault(description: message)
            )
        }
    }

    private struct MarkupFault: Error, CustomStringConvertible { let description: String }

    /// One reading: what the C callbacks get.
    private final class Reading {
        let context: xmlParserCtxtPtr
        let handler: any MarkupHandler
        var refusal: MediaError?

        init(context: xmlParserCtxtPtr, handler: any MarkupHandler) {
            self.context = context
            self.handler = handler
        }

        func refuse(_ error: MediaError) {
            if self.refusal == nil { self.refusal = error }
            xmlStopParser(self.context)
        }

        static func with(_ pointer: UnsafeMutableRawPointer?, _ body: (Reading) -> Void) {
            guard let pointer else { return }
            let reading = Unmanaged<Reading>.fromOpaque(pointer).takeUnretainedValue()
            guard reading.refusal == nil else { return }
            body(reading)
            if let refusal = reading.handler.refusal { reading.refuse(refusal) }
        }
    }

    private static let entities = MediaError(
        .fileDamaged,
        "The SVG declares entities, or default values of attributes, which are not taken. Export it again as plain SVG."
    )

    /// SAX2 (xmlSAXHandler): only what is used here; everything else stays nil, so that libxml2 builds and loads nothing.
    private static var callbacks: xmlSAXHandler {
        var callbacks = xmlSAXHandler()
        callbacks.initialized = UInt32(XML_SAX2_MAGIC)
        callbacks.entityDecl = { context, _, _, _, _, _ in
            Reading.with(context) { $0.refuse(MarkupReader.entities) }
        }
        // Default values of attributes are entities by another name: each element has them, at no cost to the file.
        callbacks.attributeDecl = { context, _, _, _, _, value, enumeration in
            xmlFreeEnumeration(enumeration)
            if value != nil { Reading.with(context) { $0.refuse(MarkupReader.entities) } }
        }
        callbacks.startElementNs = { context, name, _, uri, _, _, count, _, attributes in
            Reading.with(context) { reading in
                reading.handler.begin(
                    MarkupName(local: MarkupReader.text(name) ?? "", namespace: MarkupReader.text(uri)),
                    attributes: MarkupReader.attributes(attributes, count: Int(count))
                )
            }
        }
        callbacks.endElementNs = { context, _, _, _ in Reading.with(context) { $0.handler.end() } }
        callbacks.characters = { context, characters, count in
            Reading.with(context) { $0.handler.text(MarkupReader.text(characters, count: Int(count))) }
        }
        callbacks.cdataBlock = { context, characters, count in
            Reading.with(context) { $0.handler.text(MarkupReader.text(characters, count: Int(count))) }
        }
        // Without it errors are printed.
        callbacks.serror = { _, _ in }
        return callbacks
    }

    /// Five pointers for each: local name, prefix, namespace, and the value's beginning and end.
    private static func attributes(
        _ pointers: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?,
        count: Int
    ) -> [MarkupAttribute] {
        guard let pointers else { return [] }
        return (0..<count).map { index in
            let fields = pointers + 5 * index
            let length = fields[3].flatMap { start in fields[4].map { $0 - start } } ?? 0
            // libxml2 leaves every ampersand of a value in this form, and no other: see xmlParseAttValueComplex.
            let value = MarkupReader.text(fields[3], count: length).replacing("&#38;", with: "&")
            return MarkupAttribute(
                name: MarkupName(local: MarkupReader.text(fields[0]) ?? "", namespace: MarkupReader.text(fields[2])),
                value: value
            )
        }
    }

    private static func text(_ pointer: UnsafePointer<xmlChar>?) -> String? { pointer.map { String(cString: $0) } }

    private static func text(_ pointer: UnsafePointer<xmlChar>?, count: Int) -> String {
        String(decoding: UnsafeBufferPointer(start: pointer, count: pointer == nil ? 0 : max(0, count)), as: UTF8.self)
    }
}
