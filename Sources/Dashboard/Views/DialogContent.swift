internal import CanvasKit

/// What a dialog says: a head and a foot that stay, and lines between that scroll.
struct DialogContent {
    var title: String
    var head: [[StyledText]] = []
    var body: DialogBody = []
    var foot: [[StyledText]] = []
    /// The first line of the body that is shown.
    var scroll = 0

    /// The frame of the dialog on a screen; the last two lines of the screen stay in sight.
    func area(in size: Size) -> Rectangle {
        let columns = Self.columns(in: size)
        let wanted = head.count + body.count + foot.count + 2
        let rows = min(wanted, size.rows - 2)
        return Rectangle(
            column: (size.columns - columns) / 2, row: min(1, size.rows - 2 - rows),
            columns: columns, rows: rows)
    }

    /// How many lines of the body are shown at once.
    func visibleRows(in size: Size) -> Int {
        max(area(in: size).rows - 2 - head.count - foot.count, 0)
    }

    private static func columns(in size: Size) -> Int {
        size.columns < 100 ? size.columns : min(size.columns - 12, 116)
    }

    /// The width of a line of text.
    static func textColumns(in size: Size) -> Int { columns(in: size) - 4 }
}

extension Model {
    /// What the uppermost dialog says; nil where none lies over the screen.
    var dialogContent: DialogContent? {
        let width = DialogContent.textColumns(in: size)
        return switch shownDialog.map({ dialogs[$0] }) {
        case .review(let review): content(of: review, width: width)
        case .results(let scroll): resultsContent(scroll: scroll, width: width)
        case .help(let scroll): helpContent(scroll: scroll, width: width)
        case .log(let scroll): logContent(scroll: scroll, width: width)
        case .sources(let scroll): sourcesContent(scroll: scroll, width: width)
        case .leave: leaveContent
        case .search, .find, .filter, .count, .markList, nil: nil
        }
    }

    /// Draws the dialog that lies over the screen.
    func drawDialog(on canvas: inout Canvas) {
        guard let content = dialogContent else { return }
        let area = content.area(in: size)
        canvas.frame(area, title: content.title)
        let width = area.columns - 4
        var row = area.row + 1
        func draw(_ lines: some Sequence<[StyledText]>) {
            for line in lines where row < area.endRow - 1 {
                canvas.write(line, column: area.column + 2, row: row, width: width)
                row += 1
            }
        }
        let visible = content.visibleRows(in: size)
        let start = min(max(content.scroll, 0), max(content.body.count - visible, 0))
        draw(content.head)
        if let line = found.line, (start..<start + visible).contains(line) {
            let place = Rectangle(
                column: area.column + 2, row: row + line - start, columns: width, rows: 1)
            draw(content.body[start..<min(start + visible, content.body.count)])
            canvas.restyle(place) { $0.emphasis = .selected }
        } else {
            draw(content.body[start..<min(start + visible, content.body.count)])
        }
        draw(content.foot)
        let below = content.body.count - start - visible
        guard start > 0 || below > 0 else { return }
        let text = " \(start) above, \(max(below, 0)) below "
        canvas.write(
            text, column: area.column + 2, row: area.endRow - 1, width: width,
            alignment: .right, style: Style(.faint))
    }

    private var leaveContent: DialogContent {
        let width = DialogContent.textColumns(in: size)
        var texts: [String] = []
        let inFlight = book.inFlight
        if !inFlight.isEmpty {
            let names = inFlight.prefix(5).map { shortName(of: $0) }.joined(separator: ", ")
            let others = inFlight.count > 5 ? " and others" : ""
            texts.append("Being changed: \(names)\(others).")
            texts.append("That is finished or undone first, then the program ends.")
        }
        if !marks.isEmpty {
            texts.append(
                "\(marks.count.counted("mark")) in \(marks.byGuest.count.counted("guest")) not sent "
                    + "yet: quitting forgets them.")
        }
        let lines = texts.flatMap { $0.wrapped(to: width, in: options.glyphs) }
        return DialogContent(
            title: "QUIT?", body: DialogBody(lines.map { [StyledText($0)] }),
            foot: [
                [
                    StyledText("y", .key), StyledText(" quit   "), StyledText("Esc", .key),
                    StyledText(" stay"),
                ]
            ])
    }
}
