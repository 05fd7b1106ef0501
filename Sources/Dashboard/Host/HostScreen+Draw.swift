internal import CanvasKit
internal import GuestVCPU
internal import SafeText

extension HostScreen {
    /// What the header says.
    func title(_ frame: Frame) -> [Fact] {
        var facts = [Fact("vcputop > host CPUs", "host CPUs", role: .title)]
        let filter = frame.roster.filter
        if !filter.isEmpty { facts.append(Fact("of \(filter.text)", "filtered", role: .warning)) }
        if order != HostColumns.initialOrder {
            facts.append(Fact("by \(order.name)", role: .title))
        }
        return facts + [frame.sourceTitle]
    }

    /// Draws the machines' CPUs.
    func draw(_ frame: Frame, on canvas: inout Canvas) {
        let layout = layout(frame.shared)
        drawSummary(frame, on: &canvas)
        drawHeads(layout, on: &canvas)
        for (position, line) in lines.dropFirst(firstLine).prefix(layout.bodyRows).enumerated() {
            let row = layout.headRow + 1 + position
            switch line {
            case .host(let host): draw(host, frame, row, on: &canvas)
            case .node(let node, let cpus): draw(node, cpus, frame, row, on: &canvas)
            case .cpu(let cpu): draw(cpu, frame, layout, row, on: &canvas)
            }
        }
        if rows.isEmpty {
            canvas.write(
                "nothing is known of the host's CPUs yet", column: 1, row: layout.headRow + 2,
                style: Style(.faint))
        }
    }

    /// Where the cursor is among the CPUs.
    var place: String {
        let rows = rows
        guard let row = rows.firstIndex(where: { $0.place == cursor }) else { return "" }
        return "\(row + 1)/\(rows.count)"
    }

    /// What is known of the CPU under the cursor and of the selected vCPU.
    func facts(_ frame: Frame) -> [Fact] {
        guard let row = currentRow else { return [] }
        let cpu = "host CPU \(row.cpu.id)"
        guard let vcpu = currentVCPU else {
            let ran =
                row.arePlacesKnown ? "no vCPU ran there last" : "not known whose vCPUs run there"
            return [Fact(cpu), Fact(sentence: "\(ran), and none is pinned to it", role: .faint)]
        }
        var facts = [Fact(cpu), Fact(vcpu.name(frame.shared))]
        if let share = vcpu.share { facts.append(Fact("uses \(share.shareText)")) }
        if vcpu.isRunnable { facts.append(Fact("runnable")) }
        if let pinning = vcpu.pinning {
            let list = pinning.isEmpty ? "no CPU that is online" : pinning.list
            facts.append(Fact("pinned to \(list)", "pinned"))
        }
        if let last = vcpu.lastCPU, last != row.cpu.id {
            facts.append(Fact("ran last on \(last)", role: .faint))
        }
        return facts
    }

    private func drawSummary(_ frame: Frame, on canvas: inout Canvas) {
        guard let fullness = frame.shared.fullness else { return }
        var facts = [fullness.busyFact, fullness.ratioFact].compactMap { $0 }
        let contended = rows.count(where: \.isContended)
        if contended > 0 {
            facts.insert(
                Fact(
                    "vCPUs compete for \(contended.counted("host CPU"))", "\(contended) contended",
                    role: .bad), at: min(1, facts.count))
        }
        if pinnedCount > 0 { facts.append(Fact("\(pinnedCount) pinned")) }
        canvas.write(facts, column: 0, row: 1, width: frame.size.columns)
    }

    private func drawHeads(_ layout: HostLayout, on canvas: inout Canvas) {
        let area = Rectangle(
            column: 0, row: layout.headRow, columns: canvas.size.columns, rows: 1)
        canvas.clear(area, style: Style(.bar))
        for (column, field) in zip(HostColumns.all, layout.fields) where field.width > 0 {
            canvas.write(
                column.head(width: field.width), column: field.column, row: layout.headRow,
                width: field.width, alignment: column.alignment, style: Style(.bar))
            if order != HostColumns.initialOrder, column.sortKeys.contains(order.key) {
                canvas.drawArrow(
                    of: order, in: column, width: field.width, column: field.column,
                    row: layout.headRow)
            }
        }
    }

    private func draw(
        _ host: PhysicalHost, _ frame: Frame, _ row: Int, on canvas: inout Canvas
    ) {
        let name = Fact(sentence: host.id.name, role: .title)
        let fullness = HostFullness([host], frame.roster.totals)
        canvas.write(
            [name] + [fullness?.busyFact, fullness?.ratioFact].compactMap { $0 }, column: 0,
            row: row, width: frame.size.columns)
    }

    private func draw(
        _ node: Int?, _ cpus: [PhysicalHost.CPU], _ frame: Frame, _ row: Int,
        on canvas: inout Canvas
    ) {
        let online = cpus.filter(\.isOnline)
        let shares = online.compactMap(\.busyShare)
        let name = node.map { "node \($0)" } ?? "node not known"
        let busy =
            shares.isEmpty
            ? online.count.counted("CPU")
            : "\(shares.reduce(0, +).coresText) of \(online.count) CPUs busy"
        canvas.write(
            [Fact(name, role: .heading), Fact(busy, role: .faint)], column: 1, row: row,
            width: frame.size.columns - 1)
    }

    private func draw(
        _ cpu: HostCPURow, _ frame: Frame, _ layout: HostLayout, _ row: Int,
        on canvas: inout Canvas
    ) {
        let isCurrent = cpu.place == cursor
        if isCurrent { canvas.write(">", column: 0, row: row, style: Style(.key)) }
        var context = frame.textContext
        for (column, field) in zip(HostColumns.all, layout.fields) where field.width > 0 {
            context.width = field.width
            canvas.write(column, of: cpu, context, column: field.column, line: row)
        }
        if isCurrent {
            let line = Rectangle(column: 0, row: row, columns: canvas.size.columns, rows: 1)
            canvas.restyle(line) { $0.emphasis = .selected }
        }
        let selected = isCurrent ? currentVCPU : nil
        for (column, vcpus) in names(of: cpu, layout) {
            guard let field = layout.field(of: column) else { continue }
            let names = HostNames(vcpus, selected: selected, width: field.width, frame.shared)
            for piece in names.pieces where piece.column < field.width {
                let isSelected = piece.vcpu.map { selected?.isSame(as: $0) == true } ?? false
                canvas.write(
                    piece.text, column: field.column + piece.column, row: row,
                    width: field.width - piece.column,
                    style: Style(
                        piece.role,
                        emphasis: isSelected ? .cursor : isCurrent ? .selected : .none))
            }
        }
    }
}

extension HostNames.Piece {
    fileprivate var role: Style.Role {
        guard let vcpu else { return .faint }
        return vcpu.isActive ? .text : .faint
    }
}

extension HostLayout {
    /// Where a column is; nil where it is not shown.
    func field(of column: Column<HostCPURow>) -> FleetLayout.Field? {
        zip(HostColumns.all, fields).first { $0.0 == column && $0.1.width > 0 }?.1
    }
}
