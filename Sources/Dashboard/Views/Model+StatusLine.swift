internal import GuestVCPU

extension Model {
    /// The line above the keys: what was refused last, what is being typed, or what is known of
    /// the vCPU under the cursor.
    func drawStatusLine(on canvas: inout Canvas) {
        let row = size.rows - 2
        if drawPrompt(on: &canvas, row: row) { return }
        if let notice {
            canvas.write(notice.text, column: 0, row: row, style: Style(notice.role))
            return
        }
        let place = placeText
        let placeColumn = max(size.columns - place.columns(in: options.glyphs), 0)
        canvas.write(
            inOrder: cursorFacts, separator: Span("  "), column: 0, row: row,
            width: max(placeColumn - 1, 0))
        canvas.write(place, column: placeColumn, row: row, style: Style(.faint))
    }

    private var placeText: String {
        guard let guest = cursor.guest, let row = fleet.row(of: guest) else { return "" }
        let place = "\(row + 1)/\(fleet.rows.count)"
        guard isTiled, screen == .fleet else { return place }
        let size = tilesLayout.pageSize
        let pages = (fleet.rows.count + size - 1) / size
        return pages > 1 ? "\(place) page \(row / size + 1)/\(pages)" : place
    }

    /// What is known of the vCPU under the cursor, the most important first.
    private var cursorFacts: [[Span]] {
        guard let member = currentGuest else { return [] }
        let name = member.name.printable(limit: max(size.columns / 5, 8))
        guard let id = currentVCPU, let guest = member.state.vcpus else {
            return [[Span(name)], [Span(agentText(member), member.statusRole)]]
        }
        if anchor != nil { return rangeFacts }
        var facts: [[Span]] = [[Span("\(name) vCPU \(id)")], [Span(stateText(id, member))]]
        let share = member.state.host?.share(guestID: id)
        if lens(on: member).isContradicted(id) {
            facts.append([Span("yet its thread runs", .contradicted)])
        }
        if let share { facts.append([Span("host CPU \(share.shareText)")]) }
        if !guest.offlinable.contains(id) { facts.append([Span("not offlinable", .warning)]) }
        if member.isSourceDown || member.state.agent.isFailed {
            facts.append([Span(agentText(member), .bad)])
        }
        if let host = member.state.host?.vcpu(guestID: id) {
            if let thread = host.thread { facts.append([Span("thread \(thread)")]) }
            if let cpu = host.physicalCPU { facts.append([Span("on CPU \(cpu)")]) }
        } else if member.state.host != nil {
            facts.append([Span("host's vCPU not known", .faint)])
        }
        if member.unused > 0 {
            facts.append([
                Span("\(member.unused) of \(member.plugged ?? 0) plugged unused", .warning)
            ])
        }
        return facts
    }

    private var rangeFacts: [[Span]] {
        let selection = selection
        let count = selection.reduce(0) { $0 + $1.ids.count }
        let guests = selection.count == 1 ? "" : " in \(selection.count) guests"
        let ids = selection.first.map { " \($0.ids.list)" } ?? ""
        return [
            [Span("range: \(count) vCPUs\(guests)\(selection.count == 1 ? ids : "")", .key)],
            [Span("+ online, - offline, Space either, Esc ends", .faint)],
        ]
    }

    /// The state of a vCPU, and what is to become of it.
    func stateText(_ id: Int, _ member: Fleet.Member) -> String {
        let guest = member.state.id
        let state = member.state.vcpus?.state(of: id).word ?? "unknown"
        let arrow = options.glyphs.arrow
        if let commit = book[guest], commit.isLocking, commit.request.named.contains(id) {
            let target = commit.request.toOnline.contains(id) ? "online" : "offline"
            let phase = commit.result == nil ? commit.phase.word : "not known whether done"
            return "\(state) \(arrow) \(target), \(phase)"
        }
        guard let target = marks[guest][id] else { return state }
        let failed = book.isFailed(id, of: guest) ? ", failed" : ""
        return "\(state) \(arrow) \(target ? "online" : "offline")\(failed)"
    }

    /// How a guest's agent does, in a sentence.
    func agentText(_ member: Fleet.Member) -> String {
        if member.isGone { return "no source lists it any more" }
        if member.isSourceDown { return "its source does not answer" }
        switch member.state.agent {
        case .pending: return "not read yet"
        case .ok: return "agent ok"
        case .failed(let error): return error.summary
        }
    }
}
