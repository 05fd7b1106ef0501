extension [VCPUChange] {
    /// The list cut where the state changes, for agents that take one state a call.
    var runsOfOneState: [[VCPUChange]] {
        var runs: [[VCPUChange]] = []
        for change in self {
            if let last = runs.last?.last, last.online == change.online {
                runs[runs.count - 1].append(change)
            } else {
                runs.append([change])
            }
        }
        return runs
    }
}
