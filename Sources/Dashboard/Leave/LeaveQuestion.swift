internal import CanvasKit

/// Whether to quit although something is marked or under way.
struct LeaveQuestion: Page {
    var context: Context { .leave }
    var position = PagePosition()

    func content(_ frame: Frame, width: Int) -> PageContent {
        let shared = frame.shared
        var texts: [String] = []
        let inFlight = shared.commits.inFlight
        if !inFlight.isEmpty {
            let names = inFlight.prefix(5).map { shared.shortName(of: $0) }
                .joined(separator: ", ")
            let others = inFlight.count > 5 ? " and others" : ""
            texts.append("Being changed: \(names)\(others).")
            texts.append("That is finished or undone first, then the program ends.")
        }
        let marks = shared.marks
        if !marks.isEmpty {
            texts.append(
                "\(marks.count.counted("mark")) in \(marks.byGuest.count.counted("guest")) not sent "
                    + "yet: quitting forgets them.")
        }
        let lines = texts.flatMap { $0.wrapped(to: width, in: frame.glyphs) }
        return PageContent(
            title: "QUIT?", body: PageBody(lines.map { [StyledText($0)] }),
            foot: [
                [
                    StyledText("y", .key), StyledText(" quit   "), StyledText("Esc", .key),
                    StyledText(" stay"),
                ]
            ])
    }

    static let keys = [
        KeyBinding(
            [.character("y")], "y", for: .other, name: "quit",
            help: "quit although something is marked or under way", in: [.leave],
            effects: { model, _ in model.leave() })
    ]
}
