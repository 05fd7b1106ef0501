internal import CanvasKit
internal import GuestVCPU

// The host's vCPUs that nobody can tell to be one of the guest's: they stand apart, by the
// host's own numbers, and what they use is shown in no cell of the guest.

extension RosterGuest {
    /// How many of the host's vCPUs are not known to be one of the guest's.
    var unpairedCount: Int {
        guard let host = state.host else { return 0 }
        guard host.pairing.confidence != .unknown else { return host.reading.vcpus.count }
        return host.reading.vcpus.count { host.pairing.guestID(of: $0.id) == nil }
    }
}

extension Model {
    /// Draws them below the guest's own; where not all have room, the busiest come first.
    func drawUnpaired(
        _ member: RosterGuest, _ layout: DetailLayout, on canvas: inout Canvas
    ) {
        guard layout.hostRows > 0, let host = member.state.host else { return }
        let rows = max(layout.hostRows - 2, 0)
        var unpaired = host.reading.vcpus.filter { host.pairing.guestID(of: $0.id) == nil }
        let total = unpaired.count
        let room = rows * layout.tableColumns
        if total > room {
            unpaired.sort {
                (host.shares[$1.id] ?? -1, $0.id) < (host.shares[$0.id] ?? -1, $1.id)
            }
            unpaired = Array(unpaired.dropFirst(viewport.hostTop).prefix(room))
        }
        let first = viewport.hostTop
        let which =
            total <= room || room == 0
            ? ""
            : first == 0
                ? ", the busiest \(room)"
                : ", by use from \(first + 1) to \(first + unpaired.count)"
        canvas.write(
            "\(total.counted("host vCPU")) that may be any of the guest's\(which):", column: 0,
            row: layout.hostTop, width: size.columns, style: Style(.warning))
        guard room > 0 else { return }
        let perColumn = max((unpaired.count + layout.tableColumns - 1) / layout.tableColumns, 1)
        for (position, vcpu) in unpaired.enumerated() {
            let column = position / max(rows, perColumn) * layout.pitch
            let line = position % max(rows, perColumn)
            if line == 0 { drawHostHeads(layout, column: column, on: &canvas) }
            drawHostLine(
                vcpu, host, layout, column: column, row: layout.hostTop + 2 + line, on: &canvas)
        }
    }

    private func drawHostHeads(
        _ layout: DetailLayout, column: Int, on canvas: inout Canvas
    ) {
        var next = column
        for field in layout.fields {
            let head =
                switch field {
                case .vcpu: "HOST"
                case .fixed, .change, .pairing: ""
                default: field.head
                }
            canvas.write(
                head, column: next, row: layout.hostTop + 1, width: field.width,
                alignment: field.alignment, style: Style(.heading))
            next += field.width + 1
        }
    }

    private func drawHostLine(
        _ vcpu: HostVCPU, _ host: HostState, _ layout: DetailLayout, column: Int, row: Int,
        on canvas: inout Canvas
    ) {
        var next = column
        for field in layout.fields {
            let text =
                switch field {
                case .vcpu: "\(vcpu.id)"
                case .state: vcpu.state.rawValue
                default: hostText(of: field, vcpu, host)
                }
            canvas.write(
                text, column: next, row: row, width: field.width, alignment: field.alignment,
                style: Style(field == .history ? .loadLow : .text))
            next += field.width + 1
        }
    }

    /// What the host says of a vCPU in a column; empty where it has no say.
    func hostText(of field: TableField, _ vcpu: HostVCPU, _ host: HostState) -> String {
        switch field {
        case .share: host.shares[vcpu.id]?.percentText ?? "-"
        case .wait: host.waitShares[vcpu.id]?.percentText ?? "-"
        case .history:
            options.glyphs.sparkline(
                host.history.shares(
                    of: vcpu.id, spans: TableField.historySpans, of: TableField.historySpan))
        case .time: vcpu.timeNanoseconds?.nanosecondsText ?? "-"
        case .thread: vcpu.thread.map(String.init) ?? "-"
        case .physicalCPU: vcpu.physicalCPU.map(String.init) ?? "-"
        case .vcpu, .state, .fixed, .pairing, .change: ""
        }
    }
}
