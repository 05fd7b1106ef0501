internal import CanvasKit
internal import GuestVCPU

extension DetailScreen {
    /// A line for each vCPU: the guest's side, the host's, and what is to become of it.
    func drawTable(
        _ frame: Frame, _ member: RosterGuest, _ layout: DetailLayout,
        on canvas: inout Canvas
    ) {
        let shown = vcpus.dropFirst(firstVCPU).prefix(layout.pageSize)
        let used = (shown.count + layout.tableRows - 1) / layout.tableRows
        let lens = frame.lens(on: member)
        let order = frame.shared.preferences.vcpuOrder
        for column in 0..<max(used, 1) {
            drawHeads(layout, order, column: column, on: &canvas)
        }
        for (position, id) in shown.enumerated() {
            let row = layout.tableTop + 1 + position % layout.tableRows
            let column = position / layout.tableRows * layout.pitch
            drawLine(frame, id, lens, layout.fields, column: column, row: row, on: &canvas)
        }
    }

    private func drawHeads(
        _ layout: DetailLayout, _ order: SortOrder<VCPURow>, column: Int,
        on canvas: inout Canvas
    ) {
        var next = column * layout.pitch
        let bar = Rectangle(column: next, row: layout.tableTop, columns: layout.pitch, rows: 1)
        canvas.clear(bar, style: Style(.bar))
        for field in layout.fields {
            canvas.write(
                field.head, column: next, row: layout.tableTop, width: field.tableWidth,
                alignment: field.alignment, style: Style(.bar))
            if order != VCPUColumns.initialOrder, field.sortKeys.contains(order.key) {
                canvas.drawArrow(
                    of: order, in: field, width: field.tableWidth, column: next,
                    row: layout.tableTop)
            }
            next += field.tableWidth + 1
        }
    }

    private func drawLine(
        _ frame: Frame, _ id: Int, _ lens: GuestLens, _ fields: [Column<VCPURow>], column: Int,
        row: Int,
        on canvas: inout Canvas
    ) {
        let width = frame.draw(
            lens.row(of: id), fields, column: column, line: row, isDimmed: lens.isStale,
            on: &canvas)
        let line = Rectangle(column: column, row: row, columns: width, rows: 1)
        let emphasis = lens.emphasis(of: id)
        if emphasis != .none { canvas.restyle(line) { $0.emphasis = emphasis } }
    }
}

extension Frame {
    /// Draws a line of the table.
    ///
    /// - Returns: The width of the line.
    @discardableResult
    func draw(
        _ row: VCPURow, _ fields: [Column<VCPURow>], column: Int, line: Int, isDimmed: Bool = false,
        on canvas: inout Canvas
    ) -> Int {
        var context = textContext
        var next = column
        for field in fields {
            context.width = field.tableWidth
            canvas.write(
                field, of: row, context, column: next, line: line, isDimmed: isDimmed)
            next += field.tableWidth + 1
        }
        return next - 1 - column
    }
}
