internal import GuestVCPU

extension Model {
    /// Asks for what to mark.
    ///
    /// A guest that cannot be marked is said before anything is typed; `all` may mark others.
    mutating func openMarkList(at guest: GuestID) {
        let problem = reasonAgainstMarking(guest).map { "\($0); 'all' marks others" }
        dialogs.append(.markList(MarkPrompt(guest: guest, problem: problem)))
    }

    /// Takes another text of what to mark.
    mutating func typeMarks(_ text: String) {
        guard case .markList(var prompt) = dialogs.last else { return }
        prompt.text = text
        prompt.problem = nil
        dialogs[dialogs.count - 1] = .markList(prompt)
    }

    /// Return: marks what was typed, or says why not.
    mutating func accept(_ prompt: MarkPrompt) {
        do {
            let order = try MarkOrder(prompt.text)
            if let problem = carryOut(order, at: prompt.guest) { ask(prompt, again: problem) }
        } catch {
            ask(prompt, again: "column \(error.column): \(error.text)")
        }
    }

    private mutating func ask(_ prompt: MarkPrompt, again problem: String) {
        var prompt = prompt
        prompt.problem = problem
        dialogs.append(.markList(prompt))
    }

    /// Marks as ordered.
    ///
    /// - Returns: Why nothing is marked; nil where marking was tried.
    private mutating func carryOut(_ order: MarkOrder, at guest: GuestID) -> String? {
        var selection: [(guest: GuestID, ids: CPUMap)] = []
        for guest in order.isForAll ? roster.rows : [guest] {
            guard let vcpus = roster[guest]?.state.vcpus?.vcpus else { continue }
            let missing = order.ids.subtracting(vcpus)
            // Of one guest the ids are meant as they are; of all, those that each has.
            if !order.isForAll, !missing.isEmpty {
                return "\(shortName(of: guest)) has no vCPU \(missing.list)"
            }
            let ids = order.ids.intersection(vcpus)
            if !ids.isEmpty { selection.append((guest, ids)) }
        }
        guard !selection.isEmpty else {
            return order.isForAll
                ? "no listed guest has such a vCPU"
                : "\(shortName(of: guest)): \(reasonAgainstMarking(guest) ?? "no vCPU is known of it")"
        }
        if let target = order.target {
            mark(selection, online: target)
        } else {
            toggleMarks(of: selection)
        }
        return nil
    }
}
