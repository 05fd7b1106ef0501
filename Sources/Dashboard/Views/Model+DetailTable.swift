internal import GuestVCPU

extension Model {
    /// A column of the table.
    private struct TableColumn {
        let head: String
        let width: Int
        var alignment = Alignment.right
    }

    private static let tableColumns = [
        TableColumn(head: "vCPU", width: 5),
        TableColumn(head: "STATE", width: 7, alignment: .left),
        TableColumn(head: "OFFL", width: 4, alignment: .left),
        TableColumn(head: "HOST%", width: 6),
        TableColumn(head: "TIME", width: 7),
        TableColumn(head: "WAIT", width: 7),
        TableColumn(head: "THREAD", width: 8),
        TableColumn(head: "PCPU", width: 4),
        TableColumn(head: "PAIRING", width: 9, alignment: .left),
        TableColumn(head: "CHANGE", width: 11, alignment: .left),
    ]

    /// A line for each vCPU: the guest's side, the host's, and what is to become of it.
    func drawTable(_ member: Fleet.Member, _ layout: DetailLayout, on canvas: inout Canvas) {
        let shown = layout.ids.dropFirst(viewport.detailTop).prefix(layout.pageSize)
        let used = (shown.count + layout.tableRows - 1) / layout.tableRows
        for column in 0..<max(used, 1) {
            drawTableHeads(layout, column: column, on: &canvas)
        }
        for (position, id) in shown.enumerated() {
            let row = layout.tableTop + 1 + position % layout.tableRows
            let column = position / layout.tableRows * DetailLayout.tableWidth
            drawTableLine(id, member, column: column, row: row, on: &canvas)
        }
        if layout.tableColumns == 1 || used == 1 {
            drawUnpaired(
                member, from: layout.tableTop + 2 + min(shown.count, layout.tableRows), on: &canvas)
        }
    }

    private func drawTableHeads(_ layout: DetailLayout, column: Int, on canvas: inout Canvas) {
        var next = column * DetailLayout.tableWidth
        for field in Self.tableColumns {
            canvas.write(
                field.head, column: next, row: layout.tableTop, width: field.width,
                alignment: field.alignment, style: Style(.heading))
            next += field.width + 1
        }
    }

    private func drawTableLine(
        _ id: Int, _ member: Fleet.Member, column: Int, row: Int, on canvas: inout Canvas
    ) {
        guard let guest = member.state.vcpus else { return }
        let isStale = isStale(member)
        let isCurrent = currentVCPU == id
        let host = member.state.host
        let vcpu = host?.vcpu(guestID: id)
        let share = host?.share(guestID: id)
        let isOffline = guest.state(of: id) == .offline
        let contradicts = isOffline && isContradicted(member, share)
        let fields: [(String, Style.Role)] = [
            ("\(id)", .text),
            (guest.state(of: id).word, isOffline ? .offline : .text),
            (guest.offlinable.contains(id) ? "yes" : "no", .text),
            (share.map(\.percentText) ?? "-", contradicts ? .contradicted : .text),
            (vcpu?.timeNanoseconds?.nanosecondsText ?? "-", .text),
            (vcpu?.waitNanoseconds?.nanosecondsText ?? "-", .text),
            (vcpu?.thread.map(String.init) ?? "-", .text),
            (vcpu?.physicalCPU.map(String.init) ?? "-", .text),
            (vcpu == nil ? "unknown" : host?.pairing.confidence.rawValue ?? "-", .faint),
            changeField(id, member, contradicts),
        ]
        var next = column
        for (definition, field) in zip(Self.tableColumns, fields) {
            canvas.write(
                field.0, column: next, row: row, width: definition.width,
                alignment: definition.alignment, style: Style(field.1, isDimmed: isStale))
            next += definition.width + 1
        }
        let line = Rectangle(
            column: column, row: row, columns: DetailLayout.tableWidth - 2, rows: 1)
        if isCurrent {
            canvas.restyle(line) { $0.emphasis = .cursor }
        } else if anchor != nil, isSelected(id, of: member.state.id) {
            canvas.restyle(line) { $0.emphasis = .selected }
        }
    }

    private func changeField(
        _ id: Int, _ member: Fleet.Member, _ contradicts: Bool
    ) -> (String, Style.Role) {
        let arrow = options.glyphs.arrow
        let face = face(of: id, in: member)
        switch face {
        case .toOnline: return ("^ \(arrow) online", face.role)
        case .toOffline: return ("v \(arrow) offline", face.role)
        case .sending: return ("~ sending", face.role)
        case .failed: return ("! failed", face.role)
        case .unknown: return ("? unknown", face.role)
        case .none, .load, .online, .offline, .contradicted:
            return contradicts ? ("* yet busy", .contradicted) : ("", .text)
        }
    }
}
