internal import CanvasKit
internal import GuestVCPU

extension Model {
    /// One guest: what is known of it, its grid, and a table of its vCPUs.
    func drawDetail(of guest: GuestID, on canvas: inout Canvas) {
        guard let member = roster[guest] else { return }
        let layout = detailLayout(guest)
        let facts = [agentFacts(member), hostFacts(member), changeFacts(member)]
        for (line, facts) in facts.prefix(layout.top - 1).enumerated() {
            canvas.write(facts, column: 0, row: line + 1, width: size.columns)
        }
        guard !layout.ids.isEmpty else {
            // Where there is room for all lines of facts they have said so already.
            if layout.isLow {
                let style = Style(member.statusRole)
                canvas.write(agentText(member), column: 0, row: layout.top, style: style)
            }
            drawUnpaired(member, layout, on: &canvas)
            return
        }
        drawGrid(member, layout, on: &canvas)
        if !layout.isMatrix { drawTable(member, layout, on: &canvas) }
        drawUnpaired(member, layout, on: &canvas)
    }

    private func drawGrid(
        _ member: RosterGuest, _ layout: DetailLayout, on canvas: inout Canvas
    ) {
        guard layout.gridRows > 0 else { return }
        let lens = lens(on: member)
        let vcpu = currentVCPU ?? 0
        for offset in stride(from: 0, to: layout.perLine, by: FleetLayout.group) {
            canvas.write(
                "\(offset)", column: layout.gridColumn(offset), row: layout.top,
                style: Style(.heading))
        }
        let first = layout.gridTop(showing: vcpu)
        let shown = layout.lines.dropFirst(first).prefix(layout.gridRows)
        guard let vcpus = member.state.vcpus?.vcpus else { return }
        for (position, line) in shown.enumerated() {
            let row = layout.top + 1 + position
            let start = line * layout.perLine
            canvas.write(
                "\(start)", column: 0, row: row, width: DetailLayout.labelWidth - 1,
                alignment: .right, style: Style(.heading))
            for offset in 0..<layout.perLine where vcpus.contains(start + offset) {
                canvas.draw(start + offset, lens, column: layout.gridColumn(offset), row: row)
            }
        }
        let hidden = layout.lines.count - shown.count
        guard hidden > 0 else { return }
        let text = " \(hidden) more \(hidden == 1 ? "line" : "lines")"
        canvas.write(
            text, column: size.columns - text.utf8.count, row: layout.top, style: Style(.faint))
    }
}
