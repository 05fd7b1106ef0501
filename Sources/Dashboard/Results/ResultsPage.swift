internal import CanvasKit
internal import GuestVCPU

/// What became of what was sent: first what did not succeed, with the guest's own words below, then
/// what is under way, and a line for each success.
struct ResultsPage: Page {
    var context: Context { .results }
    var position = PagePosition()

    func content(_ frame: Frame, width: Int) -> PageContent {
        let shared = frame.shared
        let commits = shared.commits.commits.enumerated()
            .sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(\.element)
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
        if over.contains(where: { $0.outcome == .committed }) {
            content.foot.append([
                StyledText("committed: confirmed by re-reading the guest", .faint)
            ])
        }
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
        var first = [
            StyledText("\(name) "), StyledText(word, result.outcome.role),
            StyledText("\(done)\(time) \(change)"),
        ]
        var details = details(of: commit, result, frame)
        // A success has a line alone where that has room.
        if result.outcome.isAsAsked, let detail = details.first, details.count == 1 {
            let targets = commit.request.targets.description
            let room = columns.change - targets.columns(in: glyphs) - 2
            if detail.text.columns(in: glyphs) <= room {
                first[2].text = "\(done)\(time) \(targets)  "
                first.append(detail)
                details = []
            }
        }
        return [first]
            + details.flatMap { span in
                span.text.wrapped(to: columns.width - 4, in: glyphs)
                    .map { [StyledText("    "), StyledText($0, span.style)] }
            }
    }

    private func details(
        of commit: Commit, _ result: TransactionResult, _ frame: Frame
    ) -> [StyledText] {
        var details: [StyledText] = []
        switch result.outcome {
        // The word says it all.
        case .committed: break
        case .unknown where commit.isResolved:
            details.append(nowText(commit, frame))
        case .unknown:
            details.append(
                StyledText("\(result.outcome.summary); its marks stay locked until it is read"))
        default: details.append(StyledText(result.outcome.summary))
        }
        if !result.reasons.isEmpty {
            details.append(StyledText(result.reasons.texts.joined(separator: "; "), .warning))
        }
        for failure in result.failures.prefix(8) { details.append(StyledText("\(failure)", .bad)) }
        if result.failures.count > 8 {
            details.append(StyledText("and \(result.failures.count - 8) more failures", .bad))
        }
        if result.outcome == .partial, let after = result.after {
            let left = commit.request.targets.unfulfilled(by: after).ids
            let done = commit.request.targets.ids.subtracting(left)
            details.append(
                StyledText("as asked: \(done.listOrNone); not: \(left.listOrNone)", .warning))
        }
        if let error = result.journalError {
            details.append(
                StyledText("what came of it is not recorded: \(error.summary)", .warning))
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

extension ResultsPage {
    /// What a guest says now of a change that was not known to be done.
    private func nowText(_ commit: Commit, _ frame: Frame) -> StyledText {
        guard let now = frame.roster[commit.guest]?.state.vcpus else {
            return StyledText("not known then, and the guest is gone", .warning)
        }
        let left = commit.request.targets.unfulfilled(by: now).ids
        let sides = "online \(now.online.listOrNone), offline \(now.offline.listOrNone)"
        return left.isEmpty
            ? StyledText("not known then; the guest says now: \(sides), as asked", .good)
            : StyledText(
                "not known then; the guest says now: \(sides); not as asked: \(left.list)",
                .warning)
    }
}

extension Commit {
    /// Where it stands among the results: what did not succeed comes first.
    fileprivate var rank: Int {
        guard let result else { return 1 }
        return result.outcome.isAsAsked ? 2 : 0
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
