internal import CanvasKit
internal import GuestVCPU

/// What became of what was sent: a line for each guest, and its own words below.
struct ResultsPage: Page {
    var context: Context { .results }
    var position = PagePosition()

    func content(_ frame: Frame, width: Int) -> PageContent {
        let shared = frame.shared
        let commits = shared.commits.commits
        let names = commits.map { shared.label(of: $0.guest).columns }
        let columns = ResultColumns(width: width, longestName: names.max() ?? 0)
        let over = commits.compactMap(\.result)
        let asAsked = over.filter(\.outcome.isAsAsked).count
        let count = commits.count
        let guests = count == 1 ? "guest" : "guests"
        var content = PageContent(
            title: over.count < count
                ? "SENDING: \(over.count) of \(count) \(guests) done"
                : "RESULT: \(asAsked) of \(count) \(guests) as asked")
        content.head = [[StyledText(columns.head(frame.glyphs), .heading)]]
        content.body = PageBody(commits.flatMap { lines(of: $0, columns, frame) })
        content.foot = frame.size.rows < 16 ? [] : [[]]
        content.foot += tally(over).wrapped(to: width, in: frame.glyphs).map { [StyledText($0)] }
        if over.count == count, !shared.unsuccessful.isEmpty {
            content.foot.append([
                StyledText("Marks are kept: "), StyledText("r", .key), StyledText(" retries, "),
                StyledText("m", .key),
                StyledText(" drops them"),
            ])
        }
        return content
    }

    private func tally(_ results: [TransactionResult]) -> String {
        Outcome.allCases.compactMap { outcome in
            let count = results.filter { $0.outcome == outcome }.count
            return count > 0 ? "\(count) \(outcome.title)" : nil
        }.joined(separator: ", ")
    }

    private func lines(
        of commit: Commit, _ columns: ResultColumns, _ frame: Frame
    ) -> [[StyledText]] {
        let glyphs = frame.glyphs
        let name = frame.shared.label(of: commit.guest).cut(to: columns.name, in: glyphs)
            .padded(to: columns.name, in: glyphs)
        let change = commit.request.targets.description.padded(to: columns.change, in: glyphs)
        let word = commit.phase.word.padded(to: columns.result, in: glyphs)
        guard let result = commit.result else {
            let blank = String(repeating: " ", count: columns.done)
            let elapsed = frame.age(of: commit.begunAt).ageText.padded(
                to: columns.time, in: glyphs)
            return [
                [
                    StyledText("\(name) "), StyledText(word, .sending),
                    StyledText("\(blank)\(elapsed) \(change)", .faint),
                ]
            ]
        }
        let done = result.doneText.padded(to: columns.done, in: glyphs)
        let time = result.elapsed.spanText.padded(to: columns.time, in: glyphs)
        let first = [
            StyledText("\(name) "), StyledText(word, result.outcome.role),
            StyledText("\(done)\(time) \(change)"),
        ]
        return [first]
            + details(of: commit, result).flatMap { span in
                span.text.wrapped(to: columns.width - 4, in: glyphs)
                    .map { [StyledText("    "), StyledText($0, span.style)] }
            }
    }

    private func details(of commit: Commit, _ result: TransactionResult) -> [StyledText] {
        var details: [StyledText] = []
        switch result.outcome {
        case .committed: details.append(StyledText("confirmed by re-reading the guest", .faint))
        case .unknown where commit.isResolved:
            details.append(StyledText("not known then; read since, see the log"))
        case .unknown:
            details.append(
                StyledText("\(result.outcome.summary); its marks stay locked until it is read"))
        default: details.append(StyledText(result.outcome.summary))
        }
        if !result.reasons.isEmpty { details.append(StyledText(result.reasons.words, .warning)) }
        for failure in result.failures.prefix(8) { details.append(StyledText(failure.words, .bad)) }
        if result.failures.count > 8 {
            details.append(StyledText("and \(result.failures.count - 8) more failures", .bad))
        }
        if result.outcome == .partial, let after = result.after {
            let left = commit.request.targets.unfulfilled(by: after).ids
            let done = commit.request.targets.ids.subtracting(left)
            details.append(
                StyledText("as asked: \(done.listOrNone); not: \(left.listOrNone)", .warning))
        }
        if let standstill = commit.standstill {
            let (text, role) = standstill.words
            details.append(StyledText(text, role))
        }
        let elsewhere = result.changedElsewhere
        if !elsewhere.isEmpty {
            details.append(
                StyledText("changed elsewhere meanwhile: \(elsewhere.list)", .faint))
        }
        return details
    }
}

extension TransactionResult {
    /// How many of the named vCPUs are as asked by the last reading.
    fileprivate var doneText: String {
        let count = request.targets.count
        guard let after else { return "?/\(count)" }
        return "\(count - request.targets.unfulfilled(by: after).count)/\(count)"
    }
}

extension CPUMap {
    var listOrNone: String { isEmpty ? "none" : list }
}
