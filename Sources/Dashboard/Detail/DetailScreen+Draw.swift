internal import CanvasKit
internal import GuestVCPU

extension DetailScreen {
    /// What the header says.
    func title(_ frame: Frame) -> [Fact] {
        let label = frame.shared.label(of: guest)
        let short = label.cut(to: max(frame.size.columns / 3, 8), in: frame.glyphs)
        var facts = [Fact("vcputop > \(label.text)", label.text, short, role: .title)]
        if frame.roster.sources.count > 1 { facts.append(frame.title(of: guest.source)) }
        let order = frame.shared.preferences.vcpuOrder
        if order != VCPUColumns.initialOrder, !isMatrix {
            facts.append(Fact("by \(order.name)", role: .title))
        }
        return facts
    }

    /// Draws what is known of the guest, its grid, and the table of its vCPUs.
    func draw(_ frame: Frame, on canvas: inout Canvas) {
        guard let member = frame.roster[guest] else { return }
        let layout = layout(frame.shared)
        let facts = [
            frame.agentFacts(member), frame.hostFacts(member), frame.changeFacts(member),
        ]
        for (line, facts) in facts.prefix(layout.graphTop - 1).enumerated() {
            canvas.write(facts, column: 0, row: line + 1, width: frame.size.columns)
        }
        if !layout.ids.isEmpty {
            drawGraph(frame, member, layout, on: &canvas)
            drawGrid(frame, member, layout, on: &canvas)
            if layout.tableRows > 0 { drawTable(frame, member, layout, on: &canvas) }
        } else if layout.isLow {
            // Where there is room for all lines of facts they have said so already.
            canvas.write(
                member.statusSentence, column: 0, row: layout.top, style: Style(member.statusRole))
        }
        drawUnpaired(frame, member, layout, on: &canvas)
    }

    private func drawGrid(
        _ frame: Frame, _ member: RosterGuest, _ layout: DetailLayout,
        on canvas: inout Canvas
    ) {
        guard layout.gridRows > 0 else { return }
        let lens = frame.lens(on: member)
        let vcpu = frame.shared.currentVCPU ?? 0
        for offset in stride(from: 0, to: layout.perLine, by: CellGroups.size) {
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
            text, column: canvas.size.columns - text.utf8.count, row: layout.top,
            style: Style(.faint))
    }
}
