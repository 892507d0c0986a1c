extension Duration {
    /// The duration in seconds, rounded to what a `Double` holds: for logs and metrics.
    package var inSeconds: Double { Double(self.components.seconds) + Double(self.components.attoseconds) / 1e18 }
}
