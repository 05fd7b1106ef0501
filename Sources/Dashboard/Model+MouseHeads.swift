internal import CanvasKit

extension Model {
    /// Orders the table by the column whose head was clicked, or the other way round where it is
    /// ordered by that already.
    ///
    /// - Returns: Whether a head is there.
    mutating func clickHead(_ place: Position, at moment: Moment) -> Bool {
        guard dialogs.isEmpty, let head = head(at: place) else { return false }
        shared.notice = nil
        // The reason against it is that of the key.
        let sorting = KeyTable.binding(for: .character("s"), in: context)
        if let reason = sorting?.reasonDisabled(in: self) {
            shared.warn(reason)
        } else {
            order(head.table, by: head.order, at: moment)
        }
        return true
    }

    /// The table, and the place of the order among those of the table, of the head at a place.
    private func head(at place: Position) -> (table: OrderPage.Table, order: Int)? {
        if let detail {
            let order = shared.preferences.vcpuOrder
            return detail.head(at: place, shared).flatMap { column in
                column.order(after: order, among: VCPUColumns.sortKeys).map { (.vcpus, $0) }
            }
        }
        if let host {
            let layout = host.layout(shared)
            guard place.row == layout.headRow else { return nil }
            return column(HostColumns.all, layout.fields, at: place.column).flatMap { column in
                column.order(after: host.order, among: HostColumns.sortKeys).map { (.cpus, $0) }
            }
        }
        let layout = FleetLayout(shared)
        guard !fleet.isTiled, place.row == layout.headRow else { return nil }
        return column(FleetColumns.all, layout.fields, at: place.column).flatMap { column in
            column.order(after: fleet.order, among: FleetColumns.sortKeys).map { (.guests, $0) }
        }
    }

    /// The column that is shown there and has a head.
    private func column<Row>(
        _ columns: [Column<Row>], _ fields: [FleetLayout.Field], at column: Int
    ) -> Column<Row>? {
        zip(columns, fields).first { cell, field in
            !cell.head.isEmpty && (field.column..<field.column + field.width).contains(column)
        }?.0
    }
}

extension DetailScreen {
    /// The column of the table whose head is at a place of the screen.
    fileprivate func head(at place: Position, _ shared: SharedState) -> Column<VCPURow>? {
        let layout = layout(shared)
        guard place.row == layout.tableTop, layout.tableRows > 0, layout.pitch > 0 else {
            return nil
        }
        var next = 0
        for field in layout.fields {
            if (next..<next + field.tableWidth).contains(place.column % layout.pitch) {
                return field
            }
            next += field.tableWidth + 1
        }
        return nil
    }
}

extension Column {
    /// The place of the column's order among those of its table: the current one if it is the
    /// column's, else the first that the column offers; nil where it offers none.
    fileprivate func order(after current: SortOrder<Row>, among keys: [SortKey<Row>]) -> Int? {
        let key = sortKeys.contains(current.key) ? current.key : sortKeys.first
        return key.flatMap(keys.firstIndex(of:))
    }
}
