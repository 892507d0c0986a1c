import HTTPSemantics
import HTTPTypes
import Hummingbird
import MediaCore
import MediaEngine

/// Which bytes answer a request for a file: the original's, or those of a picture made from it.
extension FileController {
    /// - Throws: what the query has that makes no sense or is not allowed; what keeps the picture from being made.
    func serving(
        _ opened: FileService.Opened,
        _ target: RequestTarget,
        _ question: FileResponder.Question
    ) async throws -> (ServedFile, OpenFile) {
        let query = try PictureQuery(target.query)
        if !query.isOriginal, let options = query.options {
            try self.renditions.check(
                options,
                of: opened.record,
                isSigned: try self.isSigned(question, if: options)
            )
            return try await self.picture(options, query.format, of: opened, target, question)
        }
        if !query.isOriginal, target.query["download"] == nil, opened.record.isShownByFew {
            return try await self.stand(in: opened, target, question)
        }
        let served = ServedFile(original: opened.record, query: target.query, policy: self.responder.policy)
        return (served, try await opened.content.file())
    }

    /// Renders, or finds, the picture that is asked for, in the format that is asked for or that `Accept` decides on.
    private func picture(
        _ options: RenditionOptions,
        _ format: RenditionFormat?,
        of opened: FileService.Opened,
        _ target: RequestTarget,
        _ question: FileResponder.Question
    ) async throws -> (ServedFile, OpenFile) {
        let offered = try self.renditions.formats(for: opened.record, options)
        let acceptance = format == nil ? Self.acceptance(of: question.request) : nil
        let chosen = format ?? acceptance?.preferred(of: offered) ?? .jpeg
        let key = try self.renditions.key(for: opened.record, options, format: chosen)
        let rendition = try await self.renditions.rendition(key, of: opened)
        let served = ServedFile(
            rendition: key,
            of: opened.record,
            query: target.query,
            policy: self.responder.policy,
            acceptance: acceptance
        )
        return (served, try await rendition.content.file())
    }

    /// The original for those who say that they can show it, and a picture of its size for everybody else, so that any address of a
    /// picture works in an `<img>`.
    private func stand(
        in opened: FileService.Opened,
        _ target: RequestTarget,
        _ question: FileResponder.Question
    ) async throws -> (ServedFile, OpenFile) {
        let acceptance = Self.acceptance(of: question.request)
        if !acceptance.shows(opened.record.type) {
            do {
                return try await self.picture(RenditionOptions(), nil, of: opened, target, question)
            } catch let error as MediaError where [.notRenderable, .imageTooLarge].contains(error.code) {
                // Then the bytes are the best there is.
            }
        }
        let served = ServedFile(
            original: opened.record,
            query: target.query,
            policy: self.responder.policy,
            acceptance: acceptance
        )
        return (served, try await opened.content.file())
    }

    /// - Throws: `signature_invalid` where something hangs on the signature and it is not this address's.
    private func isSigned(
        _ question: FileResponder.Question,
        if options: RenditionOptions
    ) throws(MediaError) -> Bool {
        guard !options.changes.isEmpty else { return false }
        // Who signs an address until some time signs all that is in it.
        if question.context.access?.address.goodUntil != nil { return true }
        guard self.signature.isUsed else { return false }
        switch self.signature.verdict(on: question.request.head.path ?? "") {
        case .valid: return true
        case .unsigned: return false
        case .invalid where question.context.access?.address.isExpired == true:
            throw MediaError(.signatureExpired, AddressClaim.expiry)
        case .invalid:
            throw MediaError(
                .signatureInvalid,
                """
                The signature is not one of this URL. It must be the last parameter, and everything before it as it was \
                when it was signed.
                """
            )
        }
    }

    private static func acceptance(of request: Request) -> PictureAcceptance {
        let lines = request.headers[values: .accept]
        return PictureAcceptance(lines.isEmpty ? nil : lines.joined(separator: ","))
    }
}

extension MediaFile {
    /// Whether many browsers do not show the original, or show it in wrong colours.
    fileprivate var isShownByFew: Bool {
        MediaType.originalsOfFewClients.contains(self.type) || self.type.isImage && self.colorModel == .cmyk
    }
}
