internal import CanvasKit
internal import GuestVCPU

extension SharedState {
    /// Records that a change is over: what was not done is marked again.
    ///
    /// - Returns: Whether such a change was under way.
    mutating func finish(
        _ guest: GuestID, _ result: TransactionResult, at moment: Moment
    ) -> Bool {
        guard commits.finish(guest, result, at: moment) != nil else { return false }
        if let after = result.after, !roster.show(after, of: guest) {
            // Marks that stay or come back were made for the vCPUs of an earlier boot.
            marks.doubt([guest])
            commits.doubt([guest])
        }
        guard let commit = commits[guest] else { return false }
        let failure = result.failure.map { ": \($0)" } ?? ""
        log(
            guest, "\(result.outcome.title), \(result.outcome.summary)\(failure)",
            result.outcome.role, at: moment)
        if let error = result.journalError {
            log(guest, "what came of it is not recorded: \(error.summary)", .warning, at: moment)
        }
        if result.outcome != .unknown {
            restoreMarks(of: commit, result.unfulfilledMarks)
        }
        return true
    }

    /// Records that these guests went away, or are not the machines that they were.
    mutating func doubt(_ lost: Set<GuestID>) {
        let newlyDoubtful = lost.intersection(marks.byGuest.keys).subtracting(marks.doubtful)
        marks.doubt(lost)
        commits.doubt(lost)
        guard let guest = newlyDoubtful.min(by: { $0.name < $1.name }) else { return }
        warn("\(shortName(of: guest)) went away or restarted; its marks are kept and not sent")
    }

    /// Unlocks guests whose change had an unknown outcome, once they are read again.
    mutating func resolveUnknown(at moment: Moment) {
        for guest in commits.locked {
            guard let reading = roster[guest]?.state.vcpus,
                let commit = commits.resolve(guest, with: reading)
            else { continue }
            let left = commit.request.targets.unfulfilled(by: reading)
            let text =
                left.isEmpty
                ? "read again: every named vCPU is as asked"
                : "read again: \(left.ids) not as asked"
            log(guest, text, left.isEmpty ? .good : .warning, at: moment)
            restoreMarks(of: commit, left)
        }
    }

    /// Forgets of the vCPUs that were taken offline those that are online again.
    mutating func updateOwnOffline() {
        for guest in commits.ownOffline.guests {
            guard let reading = roster[guest]?.state.vcpus else { continue }
            commits.ownOffline.update(guest, offline: reading.offline)
        }
    }

    /// Compares what the host says with the changes that took vCPUs offline.
    mutating func watchStandstill(at moment: Moment) {
        for guest in commits.guests {
            guard let standstill = commits.watch(guest, roster[guest]?.state.host) else { continue }
            let (text, role) = standstill.words
            log(guest, text, role, at: moment)
        }
    }

    mutating func log(_ guest: GuestID, _ text: String, _ role: Style.Role, at moment: Moment) {
        log.append(
            CommitLog.Entry(
                clock: moment.clock, guest: label(of: guest).cut(to: 120, in: options.glyphs),
                text: text, role: role))
    }

    private mutating func restoreMarks(of commit: Commit, _ left: VCPUTargets) {
        var kept = left
        for id in commit.ownMarks.ids where kept[id] == nil { kept[id] = commit.ownMarks[id] }
        marks.settle(commit.guest, kept)
        if commit.isDoubtful { marks.doubt([commit.guest]) }
    }

    /// Says how the last sending went, once all of it is over.
    mutating func announceEnd() {
        guard commits.inFlight.isEmpty else { return }
        let results = commits.commits.compactMap(\.result)
        let bad = results.filter { !$0.outcome.isAsAsked }.count
        let text =
            bad == 0
            ? "done: \(results.count) of \(results.count) guests as asked"
            : "\(bad) of \(results.count) guests not as asked"
        let unrecorded = results.count { $0.journalError != nil }
        guard bad > 0 || unrecorded > 0 else {
            notice = Notice(text: text, role: .good)
            return
        }
        let record = unrecorded > 0 ? ", \(unrecorded) not recorded" : ""
        notice = Notice(text: "\(text)\(record); L shows why", role: bad > 0 ? .bad : .warning)
    }

    /// The guests of the last sending that failed, still have marks and can be sent again.
    var unsuccessful: Set<GuestID> {
        Set(
            commits.commits.filter { commit in
                commit.result?.outcome.isAsAsked == false
                    && !commit.isLocking && !marks[commit.guest].isEmpty
            }.map(\.guest))
    }

    /// The marks that undo those effects of the last sending that still hold.
    var undoing: [(guest: GuestID, marks: VCPUTargets)] {
        commits.commits.compactMap { commit in
            guard !commit.isLocking, !commit.isDoubtful, let before = commit.result?.before,
                let now = roster[commit.guest]?.state.vcpus
            else { return nil }
            let marks = commit.request.targets.unfulfilled(by: before)
                .intersection(before.vcpus).fulfilled(by: now).reversed
            return marks.isEmpty ? nil : (commit.guest, marks)
        }
    }
}

extension TransactionResult {
    /// What is to be marked again: nothing where all is as asked; all that was asked where
    /// nothing changed; else what the last reading shows as not done.
    fileprivate var unfulfilledMarks: VCPUTargets {
        switch outcome {
        case .committed, .unchanged, .planned: return VCPUTargets()
        case .refused, .conflict, .failed, .rolledBack, .unreachable, .unknown, .partial:
            guard let after = after ?? before else { return request.targets }
            return request.targets.unfulfilled(by: after)
        }
    }
}
