extension [VCPUChange] {
    /// The vCPUs that come online.
    var onlining: CPUMap { CPUMap(filter(\.online).map(\.id)) }

    /// The vCPUs that go offline.
    var offlining: CPUMap { CPUMap(filter { !$0.online }.map(\.id)) }

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
