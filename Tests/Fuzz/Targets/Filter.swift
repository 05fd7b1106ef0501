import GuestVCPU

@testable import Dashboard

extension FuzzTarget {
    /// Any text is a filter or has a problem at a place in it; a filter holds of a guest or its
    /// negation does.
    static let filter = FuzzTarget("filter", longest: 512) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        do {
            let filter = try GuestFilter(text)
            try require(
                (try? GuestFilter(filter.text)) == filter, "'\(filter.text)' is another filter")
            let negation = filter.isEmpty ? nil : try? GuestFilter("not ( \(text) )")
            for guest in guests {
                let isThere = filter.matches(guest, isMarked: true)
                try require(isThere || !filter.isEmpty, "an empty filter keeps a guest out")
                guard let negation else { continue }
                try require(
                    negation.matches(guest, isMarked: true) != isThere, "'\(text)' and its negation"
                )
            }
        } catch let problem as FilterProblem {
            try require(
                (1...text.count + 1).contains(problem.column),
                "column \(problem.column) of '\(text)'")
        }
        let completion = FilterCompletion(of: text, sources: [.simulation])
        try require(completion.text.count <= text.count + 40, "'\(completion.text)' is completed")
    }

    private static let guests: [RosterGuest] = {
        let vcpus = GuestVCPUs(
            vcpus: [0, 1, 2, 3], online: [0, 1], offlinable: [1, 2, 3], readAt: .now)
        let states = [
            GuestState(
                id: GuestID(source: .simulation, name: "web-1 (a)"), runState: .running,
                agent: .ok,
                reading: AgentReading(vcpus: vcpus, version: nil, setSupport: .available),
                host: HostState(
                    reading: HostReading(
                        vcpus: (0..<4).map { HostVCPU(index: HostIndex($0), timeNanoseconds: 1) },
                        current: 4, maximum: 4, readAt: .now),
                    pairing: .unknown, shares: [0: 0.5, 1: 0.25], waitShares: [0: 0.1]),
                isWritable: true),
            GuestState(
                id: GuestID(source: .libvirt(uri: "qemu+ssh://é/system"), name: "Ünïcode\u{0}東"),
                runState: .paused, agent: .failed(AgentError(.unresponsive)), reading: nil,
                host: nil, isWritable: false),
        ]
        return states.map { RosterGuest($0, label: GuestLabel($0.id.name), after: nil) }
    }()
}
