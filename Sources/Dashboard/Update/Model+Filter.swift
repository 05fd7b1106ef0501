internal import CanvasKit
internal import GuestVCPU

extension Model {
    /// `f`: begins to type which guests to list.
    mutating func openFilter() {
        let prompt = FilterPrompt(
            text: roster.filter.text, before: roster.filter, origin: cursor.guest)
        dialogs.append(.filter(prompt))
    }

    /// Takes another text of the filter, and lists what it lets through as soon as it is one.
    mutating func typeFilter(_ text: String) {
        guard case .filter(var prompt) = dialogs.last else { return }
        prompt.text = text
        prompt.problem = nil
        dialogs[dialogs.count - 1] = .filter(prompt)
        if let filter = try? GuestFilter(text) { list(filter, cursor: prompt.origin) }
    }

    /// Return: keeps the filter, or says why it is none.
    mutating func accept(_ prompt: FilterPrompt) {
        do {
            list(try GuestFilter(prompt.text), cursor: cursor.guest)
        } catch {
            var prompt = prompt
            prompt.problem = error
            dialogs.append(.filter(prompt))
        }
    }

    /// Lists the guests that a filter lets through, with the cursor on this one if it is listed.
    mutating func list(_ filter: GuestFilter, cursor guest: GuestID?) {
        roster.apply(filter)
        cursor.guest = guest.flatMap(roster.row(of:)) == nil ? roster.rows.first : guest
        if let begun = anchor?.guest, roster.row(of: begun) == nil { anchor = nil }
    }

    /// `!`: goes to the next guest with which something is wrong, and to the vCPU.
    mutating func goToNextProblem() {
        let rows = roster.rows
        let start = (cursor.guest.flatMap(roster.row(of:)) ?? -1) + 1
        for offset in rows.indices {
            let guest = rows[(start + offset) % rows.count]
            guard let member = roster[guest], let problem = problem(of: member) else { continue }
            cursor.guest = guest
            if let id = problem.vcpu { cursor.vcpu = id }
            notice = Notice(
                text: "\(shortName(of: guest)): \(problem.sentence)", role: .warning)
            return
        }
        notice = Notice(text: "nothing is wrong with any guest that is listed", role: .good)
    }
}
