internal import GuestVCPU

// What the detail says of a guest as a whole: three lines, each with the most important first.

extension Model {
    /// The guest's own side.
    func agentFacts(_ member: Fleet.Member) -> [[Span]] {
        let guest = member.state.id
        var facts: [[Span]] = []
        if let vcpus = member.state.vcpus {
            facts.append([Span("\(vcpus.online.count) online of \(vcpus.vcpus.count) present")])
            let fixed = vcpus.vcpus.count - vcpus.offlinable.count
            if fixed > 0 { facts.append([Span("\(fixed) fixed")]) }
        }
        facts.append([Span("agent \(member.statusText(short: false))", member.statusRole)])
        let isStale = isStale(member)
        let readText =
            member.state.vcpus.map { "read \(sinceText(age(of: $0.readAt)))" } ?? "never read"
        facts.append([Span(readText, isStale ? .warning : .text)])
        if member.state.reading != nil, let reason = reasonAgainstMarking(guest) {
            facts.append([Span(reason, .warning)])
        }
        if let version = member.state.reading?.version {
            facts.append([Span("version \(version)")])
        }
        if let exchange = member.state.exchange {
            facts.append([Span("exchange \(exchange.spanText)")])
        }
        if let uuid = guest.uuid {
            facts.append([Span("uuid \(uuid.printable(limit: 40))", .faint)])
        }
        return facts
    }

    /// The host's side.
    func hostFacts(_ member: Fleet.Member) -> [[Span]] {
        var facts: [[Span]] = []
        if let host = member.state.host {
            facts.append([Span("host CPU \(member.cores?.coresText ?? "-")")])
            if let plugged = member.plugged {
                let slots = member.slots.map { " of \($0.counted("slot"))" } ?? ""
                facts.append([Span("\(plugged) plugged\(slots)")])
            }
            let confidence = host.pairing.confidence
            facts.append([
                Span(
                    "pairing \(confidence.rawValue)", confidence == .unknown ? .warning : .text)
            ])
        } else {
            facts.append([Span("the host sees nothing of this guest", .faint)])
        }
        if member.state.runState != .running {
            facts.append([Span("machine \(member.state.runState.rawValue)", .warning)])
        }
        facts.append([Span(member.state.id.source.printable(limit: 200), .faint)])
        return facts
    }

    /// What is wrong, what is to be changed, and where the two sides differ.
    func changeFacts(_ member: Fleet.Member) -> [[Span]] {
        var facts: [[Span]] = []
        if case .failed(let error) = member.state.agent {
            facts.append([Span(error.summary, .bad)])
        }
        let lens = lens(on: member)
        if !lens.marks.toOnline.isEmpty {
            facts.append([Span("marked online \(lens.marks.toOnline.list)", .toOnline)])
        }
        if !lens.marks.toOffline.isEmpty {
            facts.append([Span("marked offline \(lens.marks.toOffline.list)", .toOffline)])
        }
        if lens.hasContradiction {
            facts.append([Span("* offline, says the guest, yet its thread runs", .contradicted)])
        }
        if member.unseen > 0 {
            facts.append([
                Span("\(member.unseen) plugged, and the guest has taken no notice", .warning)
            ])
        }
        if member.unused > 0, let offline = member.state.vcpus?.offline, !offline.isEmpty {
            facts.append([Span("plugged, left offline by the guest: \(offline.list)", .warning)])
        }
        return facts
    }
}
