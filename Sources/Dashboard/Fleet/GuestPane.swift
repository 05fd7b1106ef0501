internal import CanvasKit
internal import GuestVCPU

/// The guest under the cursor, below the list of guests on a large screen: what the detail shows
/// of it, with the facts, the history and the table.
struct GuestPane: Hashable {
    /// The line of its title.
    let top: Int
    /// The lines that it has, with the title.
    let rows: Int

    /// The smallest screen that has one.
    static let leastSize = Size(columns: 120, rows: 30)

    /// Divides the lines between the heads and the foot: the list gets what it needs, up to three
    /// fifths.
    ///
    /// - Parameters:
    ///   - top: The first line below the heads of the list.
    ///   - needed: The lines that the list needs.
    /// - Returns: Nil where the screen has no pane.
    init?(size: Size, top: Int, needed: Int, isWanted: Bool) {
        guard isWanted, needed > 0, size.columns >= Self.leastSize.columns,
            size.rows >= Self.leastSize.rows
        else { return nil }
        let body = size.rows - top - FleetLayout.footRows
        rows = max(body * 2 / 5, body - needed)
        self.top = top + body - rows
    }

    /// The screen on which the detail would fill the pane: the title stands where its header is.
    private func screen(_ size: Size) -> Size {
        Size(columns: size.columns, rows: rows + FleetLayout.footRows)
    }

    /// The detail of the guest, and what it is drawn from.
    ///
    /// It is the same for the same guest at the same moment, whatever was shown before: the pane
    /// keeps nothing.
    private func detail(_ shared: SharedState, at moment: Moment) -> (DetailScreen, SharedState)? {
        guard let member = shared.currentGuest else { return nil }
        var shared = shared
        shared.size = screen(shared.size)
        shared.preferences.vcpuOrder = VCPUColumns.initialOrder
        var detail = DetailScreen(member.state.id, shared, isPane: true)
        detail.arrange(shared, movingRows: true, at: moment)
        detail.settle(shared)
        return (detail, shared)
    }

    /// Draws the guest under the cursor.
    func draw(_ frame: Frame, on canvas: inout Canvas) {
        let style = Style(.bar)
        canvas.clear(
            Rectangle(column: 0, row: top, columns: canvas.size.columns, rows: 1), style: style)
        guard let (detail, shared) = detail(frame.shared, at: frame.moment) else { return }
        let inner = Frame(frame, shared: shared)
        var pane = Canvas(size: shared.size, glyphs: frame.glyphs)
        detail.draw(inner, on: &pane)
        canvas.copy(1..<rows, of: pane, to: top + 1)
        let label = frame.shared.label(of: detail.guest)
        canvas.write(
            label.cut(to: frame.size.columns - 2, in: frame.glyphs), column: 1, row: top,
            style: style)
    }

    /// The vCPU whose line is at a place of the screen.
    func target(at place: Position, _ shared: SharedState, at moment: Moment) -> MouseTarget? {
        guard place.row > top, let (detail, shared) = detail(shared, at: moment) else { return nil }
        return detail.target(at: Position(column: place.column, row: place.row - top), shared)
    }
}

extension SharedState {
    /// The pane of the guest under the cursor; nil where the screen has none.
    func pane(below top: Int, needed: Int) -> GuestPane? {
        GuestPane(size: size, top: top, needed: needed, isWanted: preferences.showsPane)
    }
}
