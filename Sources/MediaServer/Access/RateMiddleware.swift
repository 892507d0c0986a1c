import Access
import Credentials
import HTTPSemantics
import HTTPServing
import HTTPTypes
import Hummingbird
import MediaCore
import Primitives

/// Refuses requests that come too often from one address, one key or one owner.
///
/// It stands twice in the chain: in front of the gate, where only the address is known, so that guessing credentials is limited too; and
/// behind it, where it is known who asks. The bytes of files are not counted, as a player asks for a hundred ranges and hot files are sent
/// before this is reached; nor is what a watchdog asks for. What is counted there are credentials that were wrong: an address that has used
/// up its number of them has no others looked at, right ones included, until some come back. Who is known to the path in front of the
/// router does not notice.
struct RateMiddleware: RouterMiddleware {
    typealias Context = MediaRequestContext

    /// Where in the chain.
    enum Stage {
        case beforeTheGate
        case behindTheGate
    }

    let stage: Stage
    let rates: RequestRates
    let trustedProxies: TrustedAddresses

    func handle(
        _ request: Request,
        context: MediaRequestContext,
        next: (Request, MediaRequestContext) async throws -> Response
    ) async throws -> Response {
        guard self.rates.isLimited, let route = context.match?.route, request.method != .options else {
            return try await next(request, context)
        }
        let isCounted = !route.isServedFromMemory && !route.isServedWhileStarting
        let tickets = isCounted ? self.tickets(request, context) : self.failures(request, context)
        var fields = RateFields.fields(tickets)
        if let refused = tickets.first(where: { !$0.verdict.isTaken }) { throw Self.refusal(refused, fields) }
        do {
            var response = try await next(request, context)
            response.headers.append(rates: fields)
            return response
        } catch {
            // Of what needs a right of the whole service, such as /metrics, the gate decides by itself, and nobody stands behind it.
            if !isCounted, self.stage == .beforeTheGate, route.operation(request.method)?.access == .monitor,
                (error as? MediaError)?.code == .tokenInvalid,
                let ticket = self.rates.take(.address, self.nameOfFailures(request, context))
            {
                fields = RateFields.fields([ticket])
                guard ticket.verdict.isTaken else { throw Self.refusal(ticket, fields) }
            }
            throw Self.error(error, with: fields)
        }
    }

    /// The same error, with the fields in its response.
    private static func error(_ error: any Error, with fields: HTTPFields) -> any Error {
        guard !fields.isEmpty else { return error }
        guard var fielded = error as? FieldedError else {
            return (error as? MediaError).map { FieldedError($0, fields) } ?? error
        }
        fielded.protocolFields.append(rates: fields)
        return fielded
    }

    private func tickets(_ request: Request, _ context: MediaRequestContext) -> [RequestRates.Ticket] {
        switch self.stage {
        case .beforeTheGate:
            return [self.rates.take(.address, self.network(of: request, context))].compactMap(\.self)
        case .behindTheGate:
            guard let principal = context.access?.principal else { return [] }
            var tickets: [RequestRates.Ticket?] = []
            if case .key(let id) = principal.kind { tickets.append(self.rates.take(.key, id.text)) }
            if let subject = principal.subject { tickets.append(self.rates.take(.owner, subject)) }
            return tickets.compactMap(\.self)
        }
    }

    /// What is not counted is limited for those who fail there.
    private func failures(_ request: Request, _ context: MediaRequestContext) -> [RequestRates.Ticket] {
        let name = self.nameOfFailures(request, context)
        switch self.stage {
        case .beforeTheGate:
            let brings = request.headers.contains(.authorization) || AddressSigner.isSigned(request.head.path ?? "")
            guard brings, let ticket = self.rates.look(.address, name), !ticket.verdict.isTaken else { return [] }
            return [ticket]
        case .behindTheGate:
            guard context.access?.hasFailed == true else { return [] }
            return [self.rates.take(.address, name)].compactMap(\.self)
        }
    }

    private func nameOfFailures(_ request: Request, _ context: MediaRequestContext) -> String {
        "failed \(self.network(of: request, context))"
    }

    private func network(of request: Request, _ context: MediaRequestContext) -> String {
        RequestOrigin(
            fields: request.headers,
            authority: request.head.authority,
            peer: IPAddress(peer: context.channel.remoteAddress),
            isTrusted: { self.trustedProxies.contains($0) },
            isSecure: request.head.scheme == "https"
        ).clientNetwork
    }

    private static func refusal(_ ticket: RequestRates.Ticket, _ fields: HTTPFields) -> FieldedError {
        let seconds = max(1, RateFields.seconds(ticket.verdict.untilNext))
        var fields = fields
        fields[.retryAfter] = "\(seconds)"
        let window = RateFields.seconds(ticket.rate.window)
        return FieldedError(
            MediaError(
                .rateLimited,
                """
                Too many requests from one \(ticket.kind.rawValue): \(ticket.rate.quota) are allowed in \(window) seconds. Try again \
                in \(seconds) seconds.
                """,
                details: ["policy": [ticket.kind.rawValue]]
            ),
            fields
        )
    }
}

extension HTTPFields {
    /// Adds what a request has taken, behind what it took further inside.
    fileprivate mutating func append(rates fields: HTTPFields) {
        for field in fields { self[field.name] = self[field.name].map { "\($0), \(field.value)" } ?? field.value }
    }
}
