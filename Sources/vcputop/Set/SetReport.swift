internal import GuestVCPU
internal import JSONForms

/// Says how the guests of `set` end, each as it does.
@MainActor
final class SetReport {
    private let isJSON: Bool
    private let isDryRun: Bool
    /// Whether each message is about one of several guests.
    var isOfMany = false
    private(set) var status: Int32 = 0
    private var count = 0
    private var asAsked = 0

    init(isJSON: Bool, isDryRun: Bool) {
        self.isJSON = isJSON
        self.isDryRun = isDryRun
    }

    /// Says how one guest's change ended.
    func write(_ name: String, _ result: TransactionResult) throws {
        try write(name, result, isFailureSaid: true)
    }

    /// Says which guests were left, since the program was interrupted.
    func writeNotBegun(_ targets: [SetTarget]) throws {
        guard let first = targets.first else { return }
        if count == 0, targets.count == 1 {
            return try write(first.name, .interrupted(first.request, as: .unreachable))
        }
        for target in targets {
            try write(
                target.name, .interrupted(target.request, as: .refused), isFailureSaid: false)
        }
        Diagnostics.note(
            "interrupted: nothing was sent to \(targets.map { "'\($0.name)'" }.list(most: 20))")
    }

    /// Says why guests that may be meant could not be found.
    func writeUnreachable(_ reasons: [String]) {
        guard !reasons.isEmpty else { return }
        let failure = CommandFailure(
            exitStatus: CommandFailure.Kind.unreachable.rawValue, reasons)
        status = max(status, failure.exitStatus)
        Diagnostics.write(failure)
    }

    /// Says that nothing was sent, since the answer to the question was no.
    func writeDeclined() {
        status = CommandFailure.Kind.asBefore.rawValue
        Diagnostics.note("nothing was sent")
    }

    /// Says of many guests how many are as asked.
    func writeSummary() {
        guard !isJSON, count > 1 else { return }
        let what = isDryRun ? "can be changed as asked, or are so already" : "as asked"
        Diagnostics.note("\(asAsked) of \(count) guests \(what)")
    }

    private func write(_ name: String, _ result: TransactionResult, isFailureSaid: Bool) throws {
        count += 1
        status = max(status, result.outcome.exitStatus)
        if result.outcome.exitStatus == 0 { asAsked += 1 }
        let text = TransactionText(guest: name, result: result)
        let line =
            isJSON
            ? try JSONText.line(TransactionJSON(guest: name, result: result, isDryRun: isDryRun))
            : text.line
        let failure = isOfMany ? text.failureAmongMany : text.failure
        OutcomeReport.write(line, isFailureSaid ? failure : nil)
        OutcomeReport.writeUnrecorded(name, result)
    }
}

extension [String] {
    /// The texts in one, or the first of them and how many more there are.
    func list(most: Int) -> String {
        let more = count > most ? " and \(count - most) more" : ""
        return prefix(most).joined(separator: ", ") + more
    }
}
