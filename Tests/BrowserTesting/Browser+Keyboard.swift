/// A keyboard, which needs no pointer.
extension Browser {
    /// A key without a character of its own (W3C WebDriver, section 17.4.2 "Keyboard actions").
    package enum Key: String, Sendable {
        case tab = "\u{E004}"
        case enter = "\u{E007}"
        case escape = "\u{E00C}"
        case space = " "
        case left = "\u{E012}"
        case right = "\u{E014}"
        case shift = "\u{E008}"
    }

    /// Presses a key wherever the focus is.
    package func press(_ key: Key, withShift: Bool = false) async throws {
        try await self.strike(withShift ? [.shift, key] : [key])
    }

    /// Types text wherever the focus is.
    package func write(_ text: String) async throws {
        let strokes = text.flatMap { character -> [JSONValue] in
            ["keyDown", "keyUp"].map { ["type": .string($0), "value": .string(String(character))] }
        }
        try await self.perform(strokes)
    }

    private func strike(_ keys: [Key]) async throws {
        let down = keys.map { key -> JSONValue in ["type": "keyDown", "value": .string(key.rawValue)] }
        let up = keys.reversed().map { key -> JSONValue in ["type": "keyUp", "value": .string(key.rawValue)] }
        try await self.perform(down + up)
    }

    private func perform(_ strokes: [JSONValue]) async throws {
        let keyboard: JSONValue = ["type": "key", "id": "keyboard", "actions": .array(strokes)]
        try await self.session.send(.post, "/actions", ["actions": [keyboard]])
    }
}
