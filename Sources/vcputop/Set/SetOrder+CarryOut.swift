internal import GuestVCPU

extension SetOrder {
    /// Carries the changes out, after a question where that is due.
    @MainActor func carryOut(
        _ selection: SetSelection, _ run: SetRun, _ report: SetReport
    ) async throws {
        let targets = selection.targets
        report.isOfMany = !isOneNamed(targets)
        for guest in selection.leftOut { Diagnostics.note(guest.summary) }
        report.writeUnreachable(selection.failures)
        if targets.isEmpty, selection.failures.isEmpty {
            Diagnostics.note(
                run.hold.interruption.isRequested
                    ? "interrupted: nothing was sent" : "no guest matches the filter")
        }
        let isAsked = asks && report.isOfMany && targets.contains { $0.id != nil }
        try await run.carryOut(
            targets, confirmedOn: isAsked ? try askingStream() : nil, report)
    }
}
