internal import CanvasKit

/// Every key, once.
///
/// The dispatch, the footers, the help, the man page, and the reasons why a key does nothing all
/// come from here. The footer shows the names in this order, as many as fit, those that are urgent
/// first.
enum KeyTable {
    static let bindings =
        Review.keys + ResultsPage.keys + OrderPage.keys + ColumnsPage.keys + HostScreen.keys
        + firstViews + marking + [ResultsPage.revertOnScreen] + views + [HostScreen.opening]
        + [DoctorPage.opening] + DoctorPage.keys
        + Model.promptKeys + LeaveQuestion.keys + [Model.saving] + everywhere + movement

    private static let index: [Context: [Key: Int]] = {
        var index: [Context: [Key: Int]] = [:]
        for (position, binding) in bindings.enumerated() {
            for context in binding.contexts {
                for key in binding.keys where index[context]?[key] == nil {
                    index[context, default: [:]][key] = position
                }
            }
        }
        return index
    }()

    /// What a key does where this set of keys is in force.
    static func binding(for key: Key, in context: Context) -> KeyBinding? {
        index[context]?[key].map { bindings[$0] }
    }
}

extension KeyTable {
    private static let everywhere = [
        KeyBinding(
            [.escape], "Esc", for: .other, name: "back", isWayOut: true,
            help: "end a range, list all guests again, or go back; never quits",
            in: Set(Context.allCases).subtracting([.tiny]),
            disabled: { model in
                let isFirst =
                    model.dialogs.isEmpty && model.shared.anchor == nil && model.detail == nil
                    && model.host == nil && model.shared.roster.filter.isEmpty
                return isFirst ? "there is nothing to go back from; q quits" : nil
            },
            change: { $0.goBack() }),
        KeyBinding(
            [.character("?"), .function(1)], "?", for: .other, name: "help", isWayOut: true,
            help: "show the keys; also F1",
            in: Context.screens.union(Context.pages).union(Context.choices).subtracting([.help]),
            change: { $0.dialogs.append(HelpPage()) }),
        KeyBinding(
            [.character("q"), .function(10)], "q", for: .other, name: "quit", isWayOut: true,
            help: "quit; asks while something is marked or under way; also F10",
            in: Context.screens.union([.tiny]), effects: { model, _ in model.quit() }),
    ]

    private static let movement: [KeyBinding] = {
        let lists = Context.screens.union(Context.pages).union(Context.choices).union([.leave])
        func key(
            _ keys: [Key], _ label: String, _ movement: Movement, _ help: String,
            in contexts: Set<Context>
        ) -> KeyBinding {
            KeyBinding(
                keys, label, for: .move, help: help, in: contexts,
                effects: { model, press in
                    model.move(movement, at: press.moment)
                    return []
                })
        }
        return [
            key([.up, .character("k")], "up k", .up, "up", in: lists),
            key([.down, .character("j")], "down j", .down, "down", in: lists),
            key([.left, .character("h")], "left h", .left, "left", in: Context.screens),
            key([.right, .character("l")], "right l", .right, "right", in: Context.screens),
            key([.pageUp], "PgUp", .pageUp, "a screenful up", in: lists),
            key([.pageDown], "PgDn", .pageDown, "a screenful down", in: lists),
            key(
                [.home], "Home", .home, "the first vCPU, then the first guest; the first line",
                in: lists),
            key(
                [.end], "End", .end, "the last vCPU, then the last guest; the last line",
                in: lists),
            key(
                [.character("g")], "g", .first, "the first guest; elsewhere as Home",
                in: Context.screens.union(Context.pages)),
            key(
                [.character("G")], "G", .last, "the last guest; elsewhere as End",
                in: Context.screens.union(Context.pages)),
            KeyBinding(
                [.control("l")], "^L", for: .other, help: "redraw the screen",
                in: Set(Context.allCases),
                effects: { _, _ in [.repaint] }),
        ]
    }()
}
