internal import CanvasKit
internal import GuestVCPU

extension Frame {
    /// The line above the keys: what was refused last, what is being typed, or what is known of
    /// the vCPU under the cursor.
    func drawStatusLine(on canvas: inout Canvas) {
        let row = size.rows - 2
        if let prompt = model.prompt {
            draw(prompt, on: &canvas, row: row)
            return
        }
        if let notice = shared.notice {
            canvas.write(
                [Fact(sentence: notice.text, role: notice.role)], column: 0, row: row,
                width: size.columns)
            return
        }
        let place =
            model.detail != nil
            ? shared.rowPlace?.text ?? "" : model.host?.place ?? model.fleet.place(self)
        let placeColumn = max(size.columns - place.columns(in: glyphs), 0)
        canvas.write(
            model.shownHost?.facts(self) ?? cursorFacts, column: 0, row: row,
            width: max(placeColumn - 1, 0))
        canvas.write(place, column: placeColumn, row: row, style: Style(.faint))
    }

    /// What is known of the vCPU under the cursor, the most important first.
    private var cursorFacts: [Fact] {
        guard let member = shared.currentGuest else { return [] }
        let name = member.label.cut(to: max(size.columns / 5, 8), in: glyphs)
        guard let id = shared.currentVCPU, let guest = member.state.vcpus else {
            return [Fact(name), member.statusFact] + storyBesideList(of: member)
        }
        if shared.anchor != nil { return rangeFacts }
        var facts = [Fact("\(name) vCPU \(id)"), Fact(sentence: stateText(id, member))]
        facts += storyBesideList(of: member)
        let share = member.state.share(guestID: id)
        if lens(on: member).isContradicted(id) {
            facts.append(Fact("yet its thread runs", "yet busy", role: .contradicted))
        }
        if let clock = lens(on: member).ownOffline[id], guest.state(of: id) == .offline {
            facts.append(Fact(clock.isEmpty ? "by you" : "by you, \(clock)", role: .faint))
        }
        if let share {
            facts.append(Fact("host CPU \(share.shareText)", "host \(share.shareText)"))
        }
        if !guest.offlinable.contains(id) {
            facts.append(Fact("not offlinable", role: .warning))
        }
        if member.isUnreadable {
            facts.append(member.statusFact)
        }
        if let host = member.state.host?.vcpu(guestID: id) {
            if let thread = host.thread { facts.append(Fact("thread \(thread)")) }
            if let cpu = host.physicalCPU { facts.append(Fact("last CPU \(cpu)")) }
        } else if member.state.host != nil {
            facts.append(Fact("host's vCPU not known", role: .faint))
        }
        if member.leftOffline > 0 {
            let count = member.leftOffline
            facts.append(
                Fact(
                    "\(count) of \(member.state.plugged ?? 0) plugged are offline",
                    "\(count) offline",
                    role: .warning))
        }
        return facts
    }

    /// The story of a guest where neither the detail nor the pane tells it.
    private func storyBesideList(of member: RosterGuest) -> [Fact] {
        guard model.detail == nil, FleetLayout(shared).pane == nil else { return [] }
        return storyFacts(of: member)
    }

    private var rangeFacts: [Fact] {
        let selection = shared.selection
        let count = selection.reduce(0) { $0 + $1.ids.count }
        let guests = selection.count == 1 ? "" : " in \(selection.count) guests"
        let ids = selection.count == 1 ? " \(selection[0].ids.list)" : ""
        let text = "range: \(count) vCPUs"
        return [
            Fact(text + guests + ids, text, role: .key),
            Fact(
                "+ online, - offline, Space either, Esc ends", "Esc ends it", role: .faint),
        ]
    }

    /// The state of a vCPU, and what is to become of it.
    private func stateText(_ id: Int, _ member: RosterGuest) -> String {
        let guest = member.state.id
        let state = member.state.vcpus?.state(of: id).word ?? "unknown"
        let arrow = glyphs.arrow
        if let commit = shared.commits[guest], commit.isLocking,
            let target = commit.request.targets[id]
        {
            let target = target ? "online" : "offline"
            let phase = commit.result == nil ? commit.phase.word : "not known whether done"
            return "\(state) \(arrow) \(target), \(phase)"
        }
        guard let target = shared.marks[guest][id] else { return state }
        let failed = shared.commits.isFailed(id, of: guest) ? ", failed" : ""
        return "\(state) \(arrow) \(target ? "online" : "offline")\(failed)"
    }
}
