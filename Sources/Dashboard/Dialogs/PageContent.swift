internal import CanvasKit

/// What a page says: a head and a foot that stay, and lines between that scroll.
struct PageContent {
    var title: String
    var head: [[StyledText]] = []
    var body: PageBody = []
    var foot: [[StyledText]] = []
}

/// The part of a page that is in sight, and where.
struct PageView {
    let content: PageContent
    /// The frame of the page; the last two lines of the screen stay in sight.
    let area: Rectangle
    /// How many lines of the body are shown at once.
    let visibleRows: Int
    /// The first line of the body that can be shown with the page filled to its end.
    let lastStart: Int
    /// The first line of the body that is shown.
    let start: Int

    /// - Parameter line: A line of the body that has to be in sight.
    init(_ content: PageContent, at position: PagePosition, showing line: Int? = nil, in size: Size)
    {
        let columns = Self.columns(in: size)
        let fixed = content.head.count + content.foot.count + 2
        let rows = min(fixed + content.body.count, size.rows - 2)
        area = Rectangle(
            column: (size.columns - columns) / 2, row: min(1, size.rows - 2 - rows),
            columns: columns, rows: rows)
        let visibleRows = max(rows - fixed, 0)
        let lastStart = max(content.body.count - visibleRows, 0)
        let wanted = min(max(position.first, 0), lastStart)
        (self.visibleRows, self.lastStart) = (visibleRows, lastStart)
        start = line.map { Self.start(near: wanted, showing: $0, visibleRows) } ?? wanted
        self.content = content
    }

    /// The first line to show, so that this one is in sight and little moves.
    func start(showing line: Int) -> Int {
        Self.start(near: start, showing: line, visibleRows)
    }

    private static func start(near start: Int, showing line: Int, _ rows: Int) -> Int {
        max(min(max(start, line - rows + 1), line), 0)
    }

    private static func columns(in size: Size) -> Int {
        size.columns < 100 ? size.columns : min(size.columns - 12, 116)
    }

    /// The width of a line of text.
    static func textColumns(in size: Size) -> Int { columns(in: size) - 4 }
}

extension Frame {
    /// A page as it is on this screen.
    func view(of page: any Page) -> PageView {
        PageView(
            page.content(self, width: PageView.textColumns(in: size)), at: page.position,
            showing: (page as? any ChoicePage)?.selected, in: size)
    }

    /// Draws the page that lies over the screen.
    func drawPage(on canvas: inout Canvas) {
        guard let page = model.page else { return }
        let view = view(of: page)
        let content = view.content
        let area = view.area
        canvas.frame(area, title: content.title)
        let width = area.columns - 4
        var row = area.row + 1
        func draw(_ lines: some Sequence<[StyledText]>) {
            for line in lines where row < area.endRow - 1 {
                canvas.write(line, column: area.column + 2, row: row, width: width)
                row += 1
            }
        }
        let shown = view.start..<min(view.start + view.visibleRows, content.body.count)
        draw(content.head)
        let top = row
        draw(content.body[shown])
        let line = (page as? any ChoicePage)?.selected ?? page.position.found.line
        if let line, shown.contains(line) {
            let place = Rectangle(
                column: area.column + 2, row: top + line - view.start, columns: width, rows: 1)
            canvas.restyle(place) { $0.emphasis = .selected }
        }
        draw(content.foot)
        let below = content.body.count - shown.upperBound
        guard view.start > 0 || below > 0 else { return }
        canvas.write(
            " \(view.start) above, \(below) below ", column: area.column + 2,
            row: area.endRow - 1, width: width, alignment: .right, style: Style(.faint))
    }
}
