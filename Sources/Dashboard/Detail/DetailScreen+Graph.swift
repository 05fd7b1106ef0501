internal import CanvasKit
internal import GuestVCPU

extension DetailScreen {
    /// The columns to the left of the graph.
    private static let scaleWidth = 5

    /// What the guest used of its vCPUs over the last minutes, as wide as the screen.
    func drawGraph(
        _ frame: Frame, _ member: RosterGuest, _ layout: DetailLayout, on canvas: inout Canvas
    ) {
        guard layout.graphRows > 1 else { return }
        let area = Rectangle(
            column: Self.scaleWidth, row: layout.graphTop + 1,
            columns: canvas.size.columns - Self.scaleWidth, rows: layout.graphRows - 1)
        let values = member.recentShares.values(area.columns)
        let minutes = RecentShares.span * values.count / .seconds(60)
        var title = "CPU used of its vCPUs, the last \(minutes.coresText) min"
        if let now = values.last ?? nil { title += ", now \(now.percentText)%" }
        if let most = values.compactMap({ $0 }).max() { title += ", at most \(most.percentText)%" }
        canvas.write(title, column: 0, row: layout.graphTop, style: Style(.heading))
        for (label, row) in [("100%", area.row), ("0%", area.endRow - 1)] {
            canvas.write(
                label, column: 0, row: row, width: Self.scaleWidth - 1, alignment: .right,
                style: Style(.faint))
        }
        canvas.graph(values, in: area) { VCPUFace.load($0).role }
    }
}
