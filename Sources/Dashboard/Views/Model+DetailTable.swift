internal import CanvasKit
internal import GuestVCPU

extension Model {
    /// A line for each vCPU: the guest's side, the host's, and what is to become of it.
    func drawTable(_ member: RosterGuest, _ layout: DetailLayout, on canvas: inout Canvas) {
        let shown = detailOrder.dropFirst(viewport.detailTop).prefix(layout.pageSize)
        let used = (shown.count + layout.tableRows - 1) / layout.tableRows
        let lens = lens(on: member)
        for column in 0..<max(used, 1) { drawTableHeads(layout, column: column, on: &canvas) }
        for (position, id) in shown.enumerated() {
            let row = layout.tableTop + 1 + position % layout.tableRows
            let column = position / layout.tableRows * layout.pitch
            drawTableLine(id, lens, layout.fields, column: column, row: row, on: &canvas)
        }
    }

    private func drawTableHeads(
        _ layout: DetailLayout, column: Int, on canvas: inout Canvas
    ) {
        var next = column * layout.pitch
        for field in layout.fields {
            let isOrdering = field == tableOrder.field && tableOrder != TableOrder()
            canvas.write(
                field.head, column: next, row: layout.tableTop, width: field.width,
                alignment: field.alignment,
                style: Style(.heading, emphasis: isOrdering ? .selected : .none))
            next += field.width + 1
        }
    }

    private func drawTableLine(
        _ id: Int, _ lens: GuestLens, _ fields: [TableField], column: Int, row: Int,
        on canvas: inout Canvas
    ) {
        var next = column
        for field in fields {
            let (text, role) = content(of: field, id, lens)
            canvas.write(
                text, column: next, row: row, width: field.width, alignment: field.alignment,
                style: Style(role, isDimmed: lens.isStale))
            next += field.width + 1
        }
        let line = Rectangle(column: column, row: row, columns: next - 1 - column, rows: 1)
        let emphasis = lens.emphasis(of: id)
        if emphasis != .none { canvas.restyle(line) { $0.emphasis = emphasis } }
    }

    private func content(
        of field: TableField, _ id: Int, _ lens: GuestLens
    ) -> (String, Style.Role) {
        guard let guest = lens.guest else { return ("", .text) }
        let host = lens.host
        let vcpu = host?.vcpu(guestID: id)
        let isOffline = guest.state(of: id) == .offline
        switch field {
        case .vcpu: return ("\(id)", .text)
        case .state: return (guest.state(of: id).word, isOffline ? .offline : .text)
        case .fixed: return (guest.offlinable.contains(id) ? "no" : "yes", .text)
        case .share:
            let share = lens.member.share(guestID: id)
            let role: Style.Role = lens.isContradicted(id) ? .contradicted : .text
            return (share.map(\.percentText) ?? "-", role)
        case .history:
            return (vcpu.flatMap { v in host.map { hostText(of: field, v, $0) } } ?? "", .loadLow)
        case .wait, .thread, .physicalCPU, .time:
            return (vcpu.flatMap { v in host.map { hostText(of: field, v, $0) } } ?? "-", .text)
        case .pairing:
            return (vcpu == nil ? "unknown" : host?.pairing.confidence.rawValue ?? "-", .faint)
        case .change: return change(of: id, lens)
        }
    }

    private func change(of id: Int, _ lens: GuestLens) -> (String, Style.Role) {
        let arrow = options.glyphs.arrow
        let face = lens.face(of: id)
        return switch face {
        case .toOnline: ("^ \(arrow) online", face.role)
        case .toOffline: ("v \(arrow) offline", face.role)
        case .sending: ("~ sending", face.role)
        case .failed: ("! failed", face.role)
        case .unknown: ("? unknown", face.role)
        case .contradicted: ("* yet busy", face.role)
        case .none, .load, .online, .offline: ("", .text)
        }
    }
}
