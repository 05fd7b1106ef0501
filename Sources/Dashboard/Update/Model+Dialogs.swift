internal import CanvasKit
internal import GuestVCPU
internal import SafeText

extension Model {
    /// Esc: takes away what is uppermost.
    mutating func goBack() {
        switch dialogs.last {
        case .search(let prompt): cursor.guest = prompt.origin
        case .find(let prompt):
            currentScroll = prompt.origin
            found = FoundText()
        case .review, .results, .help, .log, .sources: found = FoundText()
        case .filter(let prompt): list(prompt.before, cursor: prompt.origin)
        default: break
        }
        if !dialogs.isEmpty {
            dialogs.removeLast()
        } else if anchor != nil {
            anchor = nil
        } else if case .detail = screen {
            screen = .fleet
        } else {
            list(.none, cursor: cursor.guest)
        }
    }

    mutating func openDetail(of guest: GuestID) {
        screen = .detail(guest)
        anchor = nil
        viewport.detailTop = 0
        viewport.hostTop = 0
        isMatrix = (roster[guest]?.state.vcpus?.vcpus.count ?? 0) > Self.tableLimit
        arrangeDetail(movingRows: true)
    }

    /// A guest with more vCPUs than this is shown as a matrix at first.
    private static let tableLimit = 128

    /// Pasted text is text in a prompt, and nothing elsewhere: it must never act as keys.
    mutating func paste(_ text: String) {
        guard !isLeaving else { return }
        notice = nil
        if !isTiny, type(text) { return }
        notice = Notice(
            text: "pasted text is ignored here: it is used only where text is typed",
            role: .warning)
    }

    /// Adds text to what is being typed, as much as there is room for.
    ///
    /// - Returns: Whether something is being typed.
    @discardableResult
    mutating func type(_ added: String) -> Bool {
        func extended(_ text: String, limit: Int) -> String {
            text + added.prefix(max(limit - text.count, 0)).printable()
        }
        switch dialogs.last {
        case .search(var prompt):
            prompt.text = extended(prompt.text, limit: 60)
            dialogs[dialogs.count - 1] = .search(prompt)
            searchAgain()
        case .find(let prompt): typeFind(extended(prompt.text, limit: 60))
        case .count(var prompt):
            let known = added.filter { "all 0123456789".contains($0) }
            prompt.text += known.prefix(max(8 - prompt.text.count, 0))
            dialogs[dialogs.count - 1] = .count(prompt)
        case .filter(let prompt): typeFilter(extended(prompt.text, limit: 200))
        case .markList(let prompt): typeMarks(extended(prompt.text, limit: 200))
        case .review, .results, .help, .log, .sources, .leave, nil: return false
        }
        return true
    }

    mutating func eraseCharacter() {
        switch dialogs.last {
        case .search(var prompt):
            _ = prompt.text.popLast()
            dialogs[dialogs.count - 1] = .search(prompt)
            searchAgain()
        case .find(let prompt): typeFind(String(prompt.text.dropLast()))
        case .count(var prompt):
            _ = prompt.text.popLast()
            dialogs[dialogs.count - 1] = .count(prompt)
        case .filter(let prompt): typeFilter(String(prompt.text.dropLast()))
        case .markList(let prompt): typeMarks(String(prompt.text.dropLast()))
        case .review: editReview { _ = $0.typed.popLast() }
        default: break
        }
    }

    /// Return in a prompt, `y` in the question before leaving.
    mutating func accept() -> [Effect] {
        switch dialogs.popLast() {
        case .search(let prompt):
            searched = prompt.text
            if !prompt.isFound { cursor.guest = prompt.origin }
        case .find(let prompt): if !prompt.isFound { found = FoundText() }
        case .count(let prompt):
            accept(prompt)
        case .filter(let prompt): accept(prompt)
        case .markList(let prompt): accept(prompt)
        case .leave: return leave()
        default: break
        }
        return []
    }

    /// Moves to the first guest with the text in its name, from where the search began.
    private mutating func searchAgain() {
        guard case .search(var prompt) = dialogs.last else { return }
        let start = prompt.origin.flatMap(roster.row(of:)) ?? 0
        let found = prompt.text.isEmpty ? prompt.origin : match(prompt.text, from: start)
        prompt.isFound = found != nil || prompt.text.isEmpty
        cursor.guest = found ?? prompt.origin
        dialogs[dialogs.count - 1] = .search(prompt)
    }

    mutating func searchNext() {
        let start = (cursor.guest.flatMap(roster.row(of:)) ?? 0) + 1
        if let found = match(searched, from: start) {
            cursor.guest = found
        } else {
            notice = Notice(text: "no guest's name has '\(searched)' in it", role: .warning)
        }
    }

    private func match(_ text: String, from start: Int) -> GuestID? {
        let rows = roster.rows
        let wanted = text.lowercased()
        for offset in rows.indices {
            let guest = rows[(start + offset) % rows.count]
            if guest.name.lowercased().contains(wanted) { return guest }
        }
        return nil
    }

    /// `s`: by the next column.
    mutating func orderByNext() {
        if case .detail(let guest) = screen {
            let keys = detailLayout(guest).fields.flatMap(\.sortKeys)
            orderDetail(by: tableOrder.next(among: keys))
        } else {
            order(by: sort.next(among: FleetColumns.sortKeys))
        }
    }

    /// `S`: the other way round.
    mutating func reverseOrder() {
        if case .detail = screen {
            orderDetail(by: tableOrder.reversed)
        } else {
            order(by: sort.reversed)
        }
    }

    private mutating func order(by sort: SortOrder<RosterGuest>) {
        self.sort = sort
        roster.arrange(by: sort)
        notice = Notice(text: "order: \(sort.name)", role: .good)
    }

    /// Orders the vCPUs of the guest in detail.
    mutating func orderDetail(by order: SortOrder<VCPURow>) {
        tableOrder = order
        arrangeDetail(movingRows: true)
        notice = Notice(text: "order: \(order.name)", role: .good)
    }

    /// Puts the vCPUs of the guest in detail in order; while rows must not move, those that are
    /// there stay where they are.
    mutating func arrangeDetail(movingRows: Bool) {
        guard case .detail(let guest) = screen, let member = roster[guest],
            let vcpus = member.state.vcpus?.vcpus
        else {
            detailOrder = []
            return
        }
        if movingRows {
            let lens = lens(on: member)
            detailOrder = tableOrder.sorted(Array(vcpus)) { lens.row(of: $0) }
        } else if CPUMap(detailOrder) != vcpus {
            let known = detailOrder.filter(vcpus.contains)
            detailOrder = known + vcpus.subtracting(CPUMap(known))
        }
    }

    mutating func pause() -> [Effect] {
        isPaused.toggle()
        return [.setPaused(isPaused)]
    }

    /// How often the host can be read.
    static let intervals: [Duration] = [
        .milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2), .seconds(5),
        .seconds(10), .seconds(30), .seconds(60),
    ]

    mutating func changeInterval(faster: Bool) -> [Effect] {
        let next =
            faster
            ? Self.intervals.last { $0 < interval } : Self.intervals.first { $0 > interval }
        guard let next else { return [] }
        interval = next
        return [.setInterval(next)]
    }

    /// `q`: ends, or asks first.
    mutating func quit() -> [Effect] {
        if !marks.isEmpty || !book.inFlight.isEmpty {
            dialogs.append(.leave)
            return []
        }
        return leave()
    }

    private mutating func leave() -> [Effect] {
        isLeaving = true
        return [.quit]
    }
}
