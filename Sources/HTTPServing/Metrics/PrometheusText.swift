/// Metrics in the text format that Prometheus reads (version 0.0.4 of its exposition formats).
package enum PrometheusText {
    /// Of a response with the text.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Writes the families in their order.
    package static func text(_ families: [MetricFamily]) -> String {
        var text = ""
        for family in families {
            text += "# HELP \(family.name) \(self.escaped(family.help, quotes: false))\n"
            text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
            for sample in family.samples {
                text += "\(family.name)\(sample.suffix)\(self.labels(sample.labels)) \(self.number(sample.value))\n"
            }
        }
        return text
    }

    private static func labels(_ labels: [MetricFamily.Label]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{" + labels.map { "\($0.name)=\"\(self.escaped($0.value, quotes: true))\"" }.joined(separator: ",")
            + "}"
    }

    private static func number(_ value: MetricFamily.Value) -> String {
        switch value {
        case .integer(let number): "\(number)"
        case .real(let number) where number.isNaN: "NaN"
        case .real(let number) where number.isInfinite: number < 0 ? "-Inf" : "+Inf"
        case .real(let number): "\(number)"
        }
    }

    /// "Comments, help text, and type information", "Basic info": backslash and line feed are escaped, in labels quotes too.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
