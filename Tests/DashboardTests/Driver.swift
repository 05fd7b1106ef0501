import GuestVCPU

@testable import Dashboard

/// A dashboard that is driven by keys as somebody would type them.
struct Driver {
    var model: Model
    var effects: [Effect] = []
    var fleet: SampleFleet

    init(
        columns: Int = 80, rows: Int = 24, glyphs: GlyphSet = .ascii, isReadOnly: Bool = false,
        fleet: SampleFleet = .sample
    ) {
        model = Model(
            options: Options(isReadOnly: isReadOnly, glyphs: glyphs),
            size: Size(columns: columns, rows: rows))
        self.fleet = fleet
        snapshot()
    }

    /// Presses keys: a character each, with `<down>` and the like for the others.
    mutating func press(_ keys: String) {
        effects = []
        var rest = keys[...]
        while let first = rest.first {
            if first == "<", let end = rest.firstIndex(of: ">"),
                let key = Self.named[String(rest[rest.index(after: rest.startIndex)..<end])]
            {
                effects += model.update(.key(key))
                rest = rest[rest.index(after: end)...]
            } else {
                effects += model.update(.key(.character(first)))
                rest.removeFirst()
            }
        }
    }

    private static let named: [String: Key] = [
        "up": .up, "down": .down, "left": .left, "right": .right, "pgup": .pageUp,
        "pgdn": .pageDown, "home": .home, "end": .end, "ret": .enter, "esc": .escape,
        "tab": .tab, "bs": .backspace, "^l": .control("l"),
    ]

    /// Hands the fleet over as it is now.
    mutating func snapshot() {
        effects = model.update(.snapshot(fleet.snapshot, clock: "12:41:09"))
    }

    /// Moves the cursor to a vCPU.
    mutating func go(to name: String, _ vcpu: Int = 0) {
        model.cursor = Cursor(guest: SampleFleet.id(name), vcpu: vcpu)
        model.settleView()
    }

    mutating func finish(_ name: String, _ result: TransactionResult) {
        effects = model.update(
            .finished(SampleFleet.id(name), result, at: SampleFleet.start + .seconds(2)))
    }
}
