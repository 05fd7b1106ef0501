internal import GuestVCPU

extension SetOrder {
    /// Carries the changes out, after a question where that is due.
    @MainActor func carryOut(
        _ selection: SetSelection, _ run: SetRun, _ report: SetReport
    ) async throws {
        var targets = selection.targets
        report.isOfMany = !isOneNamed(targets)
        for guest in selection.leftOut { Diagnostics.note(guest.summary) }
        report.writeUnreachable(selection.failures)
        if targets.isEmpty, selection.failures.isEmpty {
            Diagnostics.note(
                run.hold.interruption.isRequested
                    ? "interrupted: nothing was sent" : "no guest matches the filter")
        }
        if asks, report.isOfMany, targets.contains(where: { $0.id != nil }) {
            let terminal = try askingStream()
            guard let plan = try await SetPlan(of: targets, by: run) else {
                return try report.writeNotBegun(targets)
            }
            switch try await confirm(plan, on: terminal, run.hold) {
            case true?: break
            case false?: return report.writeDeclined()
            case nil: return try report.writeNotBegun(targets)
            }
            for entry in plan.ended { try report.write(entry.target.name, entry.result) }
            targets = plan.confirmed
        }
        let names = targets.map(\.name)
        let left = try await run.run(targets) { try report.write(names[$0], $1) }
        try report.writeNotBegun(left)
        report.writeSummary()
    }

    /// Shows a plan, and asks whether it is to be carried out.
    ///
    /// - Returns: Nil after an interruption; true without a question where nothing would change.
    @MainActor private func confirm(
        _ plan: SetPlan, on terminal: Output.Stream, _ hold: ChangeHold
    ) async throws -> Bool? {
        let count = plan.changeCount
        guard count > 0 else { return true }
        try Output.write(plan.lines, to: terminal)
        return await Question.ask(
            "Change \(count) guest\(count == 1 ? "" : "s")? [y/N]", on: terminal, hold)
    }
}
