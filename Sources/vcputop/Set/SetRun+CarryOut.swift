internal import GuestVCPU

extension SetRun {
    /// Carries changes out, and says how each ends.
    ///
    /// - Parameter terminal: Where the plan is shown and confirmed first; nil for no question.
    @MainActor func carryOut(
        _ targets: [SetTarget], confirmedOn terminal: Output.Stream?, _ report: SetReport
    ) async throws {
        var targets = targets
        if let terminal {
            guard let plan = try await SetPlan(of: targets, by: self) else {
                return try report.writeNotBegun(targets)
            }
            switch try await confirm(plan, on: terminal) {
            case true?: break
            case false?: return report.writeDeclined()
            case nil: return try report.writeNotBegun(targets)
            }
            for entry in plan.ended { try report.write(entry.target.name, entry.result) }
            targets = plan.confirmed
        }
        let names = targets.map(\.name)
        let left = try await run(targets) { try report.write(names[$0], $1) }
        try report.writeNotBegun(left)
        report.writeSummary()
    }

    /// Shows a plan, and asks whether it is to be carried out.
    ///
    /// - Returns: Nil after an interruption; true without a question where nothing would change.
    @MainActor private func confirm(
        _ plan: SetPlan, on terminal: Output.Stream
    ) async throws -> Bool? {
        let count = plan.changeCount
        guard count > 0 else { return true }
        try Output.write(plan.lines, to: terminal)
        return await Question.ask(
            "Change \(count) guest\(count == 1 ? "" : "s")? [y/N]", on: terminal, hold)
    }
}
