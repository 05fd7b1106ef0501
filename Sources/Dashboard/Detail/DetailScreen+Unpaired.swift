internal import CanvasKit
internal import GuestVCPU

// Host vCPUs without a known guest vCPU have a second table, by the host's numbers. No cell of the
// guest shows what they use.

extension DetailScreen {
    /// Draws them below the guest's own; where not all have room, the busiest come first.
    func drawUnpaired(
        _ frame: Frame, _ member: RosterGuest, _ layout: DetailLayout,
        on canvas: inout Canvas
    ) {
        guard layout.hostRows > 0, let host = member.state.host else { return }
        let rows = max(layout.hostRows - 2, 0)
        let total = unpaired.count
        let room = rows * layout.tableColumns
        let first = firstUnpaired
        let known = Dictionary(
            host.reading.vcpus.map { ($0.index, $0) }, uniquingKeysWith: { first, _ in first })
        let unpaired = unpaired.dropFirst(total > room ? first : 0).prefix(room)
            .compactMap { known[$0] }
        let which =
            total <= room || room == 0
            ? ""
            : first == 0
                ? ", the busiest \(room)"
                : ", by use from \(first + 1) to \(first + unpaired.count)"
        canvas.write(
            "\(total.counted("host vCPU")) that may be any of the guest's\(which):", column: 0,
            row: layout.hostTop, width: canvas.size.columns, style: Style(.warning))
        guard room > 0 else { return }
        let lens = frame.lens(on: member)
        let perColumn = max((unpaired.count + layout.tableColumns - 1) / layout.tableColumns, 1)
        for (position, vcpu) in unpaired.enumerated() {
            let column = position / max(rows, perColumn) * layout.pitch
            let line = position % max(rows, perColumn)
            let row = lens.row(of: vcpu)
            if line == 0 { drawHostHeads(frame, row, layout, column: column, on: &canvas) }
            frame.draw(
                row, layout.fields, column: column, line: layout.hostTop + 2 + line, on: &canvas)
        }
    }

    /// The first column has the host's numbers; columns that say nothing of a host's vCPU have no
    /// head.
    private func drawHostHeads(
        _ frame: Frame, _ row: VCPURow, _ layout: DetailLayout, column: Int,
        on canvas: inout Canvas
    ) {
        var next = column
        let bar = Rectangle(column: next, row: layout.hostTop + 1, columns: layout.pitch, rows: 1)
        canvas.clear(bar, style: Style(.bar))
        for (position, field) in layout.fields.enumerated() {
            let isEmpty = field.text(row, frame.textContext) == nil
            let head = position == 0 ? "HOST" : isEmpty ? "" : field.head
            canvas.write(
                head, column: next, row: layout.hostTop + 1, width: field.tableWidth,
                alignment: field.alignment, style: Style(.bar))
            next += field.tableWidth + 1
        }
    }
}
