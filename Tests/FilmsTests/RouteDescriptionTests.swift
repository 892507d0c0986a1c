import Foundation
import HTTPServing
import HTTPTypes
import Testing

@testable import Films

@Suite("docs/films-api.yaml has what the service has")
struct RouteDescriptionTests {
    private static let text: String = {
        let path = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined() + "/docs/films-api.yaml"
        return (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }()

    /// `GET /api/movies`, of the lines that begin a path and an operation.
    private static var described: Set<String> {
        var path = ""
        var operations: Set<String> = []
        for line in Self.text.split(separator: "\n") {
            if let match = line.firstMatch(of: /^  (\/\S*):$/) { path = String(match.output.1) }
            if let match = line.firstMatch(of: /^    (get|put|post|patch|delete):$/) {
                operations.insert("\(match.output.1.uppercased()) \(path)")
            }
        }
        return operations
    }

    @Test("Every operation of the interface, and no other")
    func operations() {
        // The page's own files, and what is passed on to mediad, which docs/http-api.md describes.
        let others = (Routes.page + Routes.proxy).map(\.pattern.description)
        var served: Set<String> = []
        for route in Routes.table.routes where !others.contains(route.pattern.description) {
            for operation in route.operations where operation.method != .head && operation.method != .options {
                served.insert("\(operation.method.rawValue) \(route.pattern)")
            }
        }
        #expect(served.subtracting(Self.described) == [], "not described")
        #expect(Self.described.subtracting(served) == [], "not there")
    }

    @Test("Every code of a problem, and of a field")
    func codes() {
        for code in FilmsError.Code.allCases {
            #expect(Self.text.contains("`\(code.rawValue)`") || Self.text.contains(" \(code.rawValue)`"), "\(code)")
        }
        let fields = FieldProblem.Code.allCases.map(\.rawValue).joined(separator: ", ")
        #expect(Self.text.contains("code: {enum: [\(fields)]}"))
    }

    @Test("The query parameters of each route")
    func parameters() {
        for name in Set(Routes.table.routes.flatMap { $0.parameters ?? [] }) {
            #expect(Self.text.contains("{name: \(name), in: query"), "\(name)")
        }
    }
}
