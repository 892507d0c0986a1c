/// One named metric with all its series, as Prometheus reads it.
package struct MetricFamily: Hashable, Sendable {
    /// How the numbers are to be read.
    package enum Kind: String, Sendable {
        /// It only rises.
        case counter
        /// It goes up and down.
        case gauge
        /// A sum and a count of what was measured.
        case summary
    }

    /// One pair of name and value that tells the series of a metric apart.
    package struct Label: Hashable, Sendable {
        /// What is told apart, such as `status`.
        package var name: String
        /// Which of them it is, such as `404`.
        package var value: String

        /// A pair of name and value.
        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// A series, and how it stands.
    package struct Sample: Hashable, Sendable {
        /// Behind the metric's name, as in `_sum`.
        package var suffix: String
        /// Which series of the metric it is.
        package var labels: [Label]
        /// How the series stands.
        package var value: Value

        /// A series as it stands.
        package init(_ value: Value, labels: [Label] = [], suffix: String = "") {
            self.value = value
            self.labels = labels
            self.suffix = suffix
        }
    }

    /// A number, whole or not.
    package enum Value: Hashable, Sendable {
        case integer(Int64)
        case real(Double)
    }

    /// As Prometheus knows it: letters, digits and `_`.
    package var name: String
    /// One line for people.
    package var help: String
    /// How the numbers are to be read.
    package var kind: Kind
    /// The series, in the order in which they are written.
    package var samples: [Sample]

    /// Puts a metric together.
    package init(_ name: String, help: String, kind: Kind, samples: [Sample]) {
        self.name = name
        self.help = help
        self.kind = kind
        self.samples = samples
    }
}
