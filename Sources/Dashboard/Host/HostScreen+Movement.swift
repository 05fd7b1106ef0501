internal import CanvasKit
internal import GuestVCPU

extension HostScreen {
    /// Goes to another row, or to another vCPU of the row.
    mutating func move(_ movement: Movement, _ shared: SharedState) {
        let page = max(layout(shared).bodyRows - 1, 1)
        switch movement {
        case .up: moveRow(by: -1)
        case .down: moveRow(by: 1)
        case .pageUp: moveRow(by: -page)
        case .pageDown: moveRow(by: page)
        case .home, .first: moveRow(by: -lines.count)
        case .end, .last: moveRow(by: lines.count)
        case .left: moveVCPU(by: -1)
        case .right: moveVCPU(by: 1)
        }
    }

    private mutating func moveRow(by distance: Int) {
        let rows = rows
        guard !rows.isEmpty else { return }
        let row = rows.firstIndex { $0.place == cursor } ?? 0
        go(to: rows[min(max(row + distance, 0), rows.count - 1)].place)
    }

    private mutating func moveVCPU(by distance: Int) {
        guard let row = currentRow, let current = currentVCPU,
            let position = row.vcpus.firstIndex(where: { $0.isSame(as: current) })
        else { return }
        go(to: row.place, row.vcpus[min(max(position + distance, 0), row.vcpus.count - 1)])
    }

    /// A click: goes to the row there, and to the vCPU whose name is there.
    mutating func click(_ place: Position, _ shared: SharedState) {
        let layout = layout(shared)
        let line = place.row - layout.headRow - 1
        guard (0..<layout.bodyRows).contains(line), lines.indices.contains(firstLine + line),
            let row = lines[firstLine + line].row
        else { return }
        for (column, vcpus) in names(of: row, layout) {
            guard let field = layout.field(of: column) else { continue }
            let names = HostNames(vcpus, selected: selected, width: field.width, shared)
            if let vcpu = names.vcpu(at: place.column - field.column) {
                return go(to: row.place, vcpu)
            }
        }
        go(to: row.place, row.place == cursor ? selected : nil)
    }

    /// The columns of a row that name vCPUs; one column names all where there is no room for two.
    func names(
        of row: HostCPURow, _ layout: HostLayout
    ) -> [(Column<HostCPURow>, [HostedVCPU])] {
        guard layout.field(of: HostColumns.pinned) != nil else {
            return [(HostColumns.ran, row.vcpus)]
        }
        return [(HostColumns.ran, row.ran), (HostColumns.pinned, row.pinned)]
    }

    /// Goes to the next row that names a guest with a text in its name, or to the CPU of that
    /// number.
    ///
    /// - Parameters:
    ///   - start: The row to begin with; nil for the one after the cursor's.
    ///   - backward: Whether to go up instead of down.
    /// - Returns: Whether there is such a row.
    mutating func search(
        _ text: String, from start: HostCPURow.Place?, backward: Bool = false,
        _ shared: SharedState
    ) -> Bool {
        let rows = rows
        guard !rows.isEmpty else { return false }
        let wanted = text.lowercased()
        let row = rows.firstIndex { $0.place == start ?? cursor } ?? 0
        for offset in rows.indices {
            let distance = offset + (start == nil ? 1 : 0)
            let row = rows[(row + (backward ? rows.count - distance : distance)) % rows.count]
            if "\(row.cpu.id)" == wanted {
                jump(to: row.place)
                return true
            }
            guard
                let vcpu = row.vcpus.first(where: { $0.name(shared).lowercased().contains(wanted) })
            else { continue }
            if Int(wanted) == nil {
                jump(to: row.place, vcpu)
                return true
            }
        }
        return false
    }
}
