internal import CanvasKit

extension KeyTable {
    /// The keys of seeing and finding that the footer names before those that mark.
    static let firstViews = [
        KeyBinding(
            [.enter], "Enter", for: .see, name: "detail", help: "show the guest in detail",
            in: [.fleet],
            disabled: { $0.shared.cursor.guest == nil ? "there is no guest" : nil },
            effects: { model, press in
                model.openDetail(at: press.moment)
                return []
            }),
        KeyBinding(
            [.tab], "Tab", for: .see, name: "table/matrix",
            help: "show the guest as a table or as a matrix", in: [.detail],
            change: { $0.detail?.isMatrix.toggle() }),
        KeyBinding(
            [.character("/")], "/", for: .find, name: "search",
            help: "go to the next guest whose name has a text in it", in: [.fleet],
            change: { $0.dialogs.append(SearchPrompt(origin: $0.shared.cursor.guest)) }),
        KeyBinding(
            [.character("n")], "n", for: .find, help: "go on to the next such guest", in: [.fleet],
            disabled: { $0.fleet.searched.isEmpty ? "nothing was searched for" : nil },
            change: { $0.fleet.searchNext(&$0.shared) }),
        KeyBinding(
            [.character("N")], "N", for: .find, help: "go back to the one before", in: [.fleet],
            disabled: { $0.fleet.searched.isEmpty ? "nothing was searched for" : nil },
            change: { $0.fleet.searchNext(backward: true, &$0.shared) }),
        KeyBinding(
            [.character("/")], "/", for: .find, name: "find", help: "find a text in what is shown",
            in: Context.pages,
            change: { model in
                model.page.map { model.dialogs.append(FindPrompt(origin: $0.position.first)) }
            }),
        KeyBinding(
            [.character("n")], "n", for: .find, name: "next", help: "find it again further down",
            in: Context.pages,
            disabled: reasonWithoutFind,
            effects: { model, press in
                model.findNext(at: press.moment)
                return []
            }),
        KeyBinding(
            [.character("N")], "N", for: .find, help: "find it again further up", in: Context.pages,
            disabled: reasonWithoutFind,
            effects: { model, press in
                model.findNext(backward: true, at: press.moment)
                return []
            }),
        KeyBinding(
            [.character("f")], "f", for: .find, name: "filter",
            help: "list only some guests: a part of the name, or what is below under filter: "
                + "wait>5 or use<20, not problem, name~^web[0-9]+$",
            in: [.fleet], change: { $0.dialogs.append(FilterPrompt($0.shared)) }),
        KeyBinding(
            [.character("s")], "s", for: .see, name: "sort",
            help: "choose the order: of guests by "
                + FleetColumns.sortKeys.map(\.name).joined(separator: ", ")
                + "; of vCPUs and of host CPUs by a column", in: Context.screens,
            disabled: reasonAgainstSorting, change: { $0.dialogs.append(OrderPage($0)) }),
    ]

    /// The other keys that change what is shown.
    static let views = [
        KeyBinding(
            [.character("t")], "t", for: .see, name: "tiles",
            help: "show several guests beside each other, or one a line; where vCPUs share a "
                + "cell it shows the one that matters most", in: [.fleet],
            change: { $0.fleet.isTiled.toggle() }),
        KeyBinding(
            [.character("w")], "w", for: .see,
            help: "show the guest under the cursor below the list, or leave the lines to the list",
            in: [.fleet],
            disabled: { model in
                let size = GuestPane.leastSize
                let isLarge =
                    model.shared.size.columns >= size.columns
                    && model.shared.size.rows >= size.rows
                return isLarge ? nil : "that takes a screen of \(size.columns)x\(size.rows)"
            },
            change: { $0.shared.preferences.showsPane.toggle() }),
        KeyBinding(
            [.character("!")], "!", for: .find, name: "problem",
            isUrgent: { $0.shared.needsAttention },
            help: "go to the next guest with which something is wrong: its agent, its source, a "
                + "change that failed, a vCPU that the guest calls offline and that runs, or one "
                + "that is plugged and that the guest does not use", in: [.fleet],
            change: { $0.fleet.goToNextProblem(&$0.shared) }),
        KeyBinding(
            [.character("*")], "*", for: .find,
            help: "go to the next vCPU that a guest calls offline and that runs", in: [.fleet],
            change: { $0.fleet.goToNextContradiction(&$0.shared) }),
        KeyBinding(
            [.character("S")], "S", for: .see, help: "order the other way round",
            in: Context.screens,
            disabled: reasonAgainstSorting,
            effects: { model, press in
                model.reverseOrder(at: press.moment)
                return []
            }),
        KeyBinding(
            [.character("C")], "C", for: .see, help: "choose the columns of the list", in: [.fleet],
            change: { $0.dialogs.append(ColumnsPage()) }),
        KeyBinding(
            [.character("p")], "p", for: .see, name: "pause", help: "stop reading, or go on",
            in: Context.screens, effects: { model, _ in model.pause() }),
        KeyBinding(
            [.character("[")], "[", for: .see, help: "read the host more often",
            in: Context.screens,
            disabled: {
                $0.shared.preferences.shorterInterval == nil ? "it cannot be shorter" : nil
            },
            effects: { model, _ in
                model.setInterval(model.shared.preferences.shorterInterval)
            }),
        KeyBinding(
            [.character("]")], "]", for: .see, help: "read the host less often",
            in: Context.screens,
            disabled: {
                $0.shared.preferences.longerInterval == nil ? "it cannot be longer" : nil
            },
            effects: { model, _ in
                model.setInterval(model.shared.preferences.longerInterval)
            }),
        KeyBinding(
            [.character("M")], "M", for: .other,
            help: "use the mouse, or leave it to the terminal: a click goes to a vCPU, another "
                + "marks it; a click on a head orders by the column, on a key of the last line does "
                + "what the key does; the wheel moves", in: Context.screens,
            effects: { model, _ in model.switchMouse() }),
        KeyBinding(
            [.character("L")], "L", for: .see, name: "log",
            help: "everything that was sent, also by other runs, and what came of it",
            in: Context.screens.union([.review, .results]),
            effects: { model, _ in
                model.dialogs.append(LogPage())
                return [.readTrail(beforeChange: false)]
            }),
        KeyBinding(
            [.character("i")], "i", for: .see,
            help: "the sources of the guests, and the guests that they leave out: why, and what to "
                + "type", in: Context.screens, change: { $0.dialogs.append(SourcesPage()) }),
    ]

    @Sendable private static func reasonWithoutFind(_ model: Model) -> String? {
        let isAsked = model.page?.position.found.text.isEmpty == false
        return isAsked ? nil : "nothing was looked for"
    }

    @Sendable private static func reasonAgainstSorting(_ model: Model) -> String? {
        if model.detail?.isMatrix == true { return "a matrix goes by the ids; Tab first" }
        return model.shownHost == nil ? model.shared.reasonOrderIsHeld : nil
    }
}
