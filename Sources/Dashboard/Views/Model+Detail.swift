internal import GuestVCPU

extension Model {
    /// One guest: what is known of it, its grid, and a table of its vCPUs.
    func drawDetail(of guest: GuestID, on canvas: inout Canvas) {
        guard let member = fleet[guest] else { return }
        let layout = detailLayout(guest)
        let facts = guestFacts(member)
        let separator = Span("  ")
        for (line, pieces) in facts.prefix(layout.top - 1).enumerated() {
            canvas.write(
                fitting: pieces, separator: separator, column: 0, row: line + 1,
                width: size.columns)
        }
        guard !layout.ids.isEmpty else {
            canvas.write(
                agentText(member), column: 1, row: layout.top + 1, style: Style(member.statusRole))
            drawUnpaired(member, from: layout.top + 3, on: &canvas)
            return
        }
        drawGrid(member, layout, on: &canvas)
        if !layout.isMatrix { drawTable(member, layout, on: &canvas) }
    }

    /// Three lines, the most important first; each in pieces that are left out from the end.
    private func guestFacts(_ member: Fleet.Member) -> [[[Span]]] {
        let guest = member.state.id
        var first: [[Span]] = [[Span("\(member.onlineText) online")]]
        if let vcpus = member.state.vcpus {
            let fixed = vcpus.vcpus.count - vcpus.offlinable.count
            if fixed > 0 { first.append([Span("\(fixed) fixed")]) }
        }
        first.append([Span("agent \(member.statusText(short: false))", member.statusRole)])
        first.append([
            Span("read \(ageText(member)) ago", Style(isStale(member) ? .warning : .text))
        ])
        if let reason = reasonAgainstMarking(guest) { first.append([Span(reason, .warning)]) }
        if let version = member.state.reading?.version {
            first.append([Span("version \(version)")])
        }
        if let exchange = member.state.exchange {
            first.append([Span("exchange \(exchange.spanText)")])
        }
        if let uuid = guest.uuid {
            first.append([Span("uuid \(uuid.printable(limit: 40))", .faint)])
        }

        var second: [[Span]] = []
        if let host = member.state.host {
            second.append([Span("host CPU \(member.cores?.coresText ?? "-")")])
            if let plugged = member.plugged {
                let maximum = host.reading.maximum.map { " of \($0)" } ?? ""
                second.append([Span("\(plugged)\(maximum) plugged")])
            }
            second.append([
                Span(
                    "pairing \(host.pairing.confidence.rawValue)",
                    host.pairing.confidence == .unknown ? .warning : .text)
            ])
        } else {
            second.append([Span("the host sees nothing of this guest", .faint)])
        }
        second.append([Span("machine \(member.state.runState.rawValue)")])
        second.append([Span(guest.source.printable(limit: 200), .faint)])

        var third: [[Span]] = []
        let marks = marks[guest]
        if !marks.toOnline.isEmpty {
            third.append([Span("marked online \(marks.toOnline.list)", .toOnline)])
        }
        if !marks.toOffline.isEmpty {
            third.append([Span("marked offline \(marks.toOffline.list)", .toOffline)])
        }
        if member.unused > 0, let plugged = member.plugged {
            third.append([
                Span(
                    "\(plugged) plugged, \(member.state.vcpus?.online.count ?? 0) used: "
                        + "\(member.unused) \(member.unused == 1 ? "is" : "are") offline or unknown in the guest",
                    .warning)
            ])
        }
        if lens(on: member).hasContradiction {
            third.append([Span("* offline, says the guest, yet its thread runs", .contradicted)])
        }
        if case .failed(let error) = member.state.agent {
            third.append([Span(error.summary, .bad)])
        }
        return [first, second, third]
    }

    private func drawGrid(
        _ member: Fleet.Member, _ layout: DetailLayout, on canvas: inout Canvas
    ) {
        guard layout.gridRows > 0 else { return }
        let lens = lens(on: member)
        let vcpu = currentVCPU ?? 0
        func column(_ offset: Int) -> Int {
            DetailLayout.labelWidth + offset + offset / FleetLayout.group
        }
        for offset in stride(from: 0, to: layout.perLine, by: FleetLayout.group) {
            canvas.write(
                "\(offset)", column: column(offset), row: layout.top, style: Style(.heading))
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
                canvas.draw(start + offset, lens, column: column(offset), row: row)
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
