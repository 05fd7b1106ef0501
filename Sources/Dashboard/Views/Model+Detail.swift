internal import GuestVCPU

extension Model {
    /// One guest: what is known of it, its grid, and a table of its vCPUs.
    func drawDetail(of guest: GuestID, on canvas: inout Canvas) {
        guard let member = fleet[guest] else { return }
        let layout = detailLayout(guest)
        let facts = [agentFacts(member), hostFacts(member), changeFacts(member)]
        for (line, pieces) in facts.prefix(layout.top - 1).enumerated() {
            canvas.write(
                inOrder: pieces, separator: Span("  "), column: 0, row: line + 1,
                width: size.columns)
        }
        guard !layout.ids.isEmpty else {
            // Where there is room for all lines of facts they have said so already.
            if layout.isLow {
                let style = Style(member.statusRole)
                canvas.write(agentText(member), column: 0, row: layout.top, style: style)
            }
            drawUnpaired(member, from: layout.top + 1, on: &canvas)
            return
        }
        drawGrid(member, layout, on: &canvas)
        if !layout.isMatrix { drawTable(member, layout, on: &canvas) }
    }

    private func drawGrid(
        _ member: Fleet.Member, _ layout: DetailLayout, on canvas: inout Canvas
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

    /// The host's vCPUs where nobody can tell which of the guest's they are.
    func drawUnpaired(_ member: Fleet.Member, from top: Int, on canvas: inout Canvas) {
        guard let host = member.state.host else { return }
        let unpaired = host.reading.vcpus.filter { host.pairing.guestID(of: $0.id) == nil }
        let end = size.rows - FleetLayout.footRows
        guard !unpaired.isEmpty, top + 1 < end else { return }
        canvas.write(
            "The host's vCPUs by its own numbers; which of the guest's they are is not known:",
            column: 0, row: top, style: Style(.heading))
        for (line, vcpu) in unpaired.enumerated() {
            let row = top + 1 + line
            guard row < end else { return }
            if row == end - 1, line < unpaired.count - 1 {
                canvas.write(
                    "  and \(unpaired.count - line) more", column: 0, row: row, style: Style(.faint)
                )
                return
            }
            let share = host.shares[vcpu.id].map { "\($0.percentText)%" } ?? "-"
            let thread = vcpu.thread.map { "thread \($0)" } ?? "no thread"
            let time = vcpu.timeNanoseconds?.nanosecondsText ?? "-"
            canvas.write(
                "  host \(vcpu.id)  \(vcpu.state.rawValue)  \(share)  \(time)  \(thread)",
                column: 0, row: row)
        }
    }
}
