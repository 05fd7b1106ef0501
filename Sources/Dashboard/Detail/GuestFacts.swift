internal import CanvasKit
internal import GuestVCPU
internal import SafeText

// What the detail says of a guest as a whole: three lines, each with the most important first.

extension Frame {
    /// The guest's own side.
    func agentFacts(_ member: RosterGuest) -> [Fact] {
        let guest = member.state.id
        var facts: [Fact] = []
        if let vcpus = member.state.vcpus {
            facts.append(
                Fact(
                    "\(vcpus.online.count) online of \(vcpus.vcpus.count) present",
                    "\(vcpus.online.count)/\(vcpus.vcpus.count) online"))
            let fixed = vcpus.vcpus.count - vcpus.offlinable.count
            if fixed > 0 { facts.append(Fact("\(fixed) not offlinable")) }
        }
        facts.append(Fact(member.subjectAndStatus(short: false), role: member.statusRole))
        let isStale = isStale(member)
        let readText =
            member.state.vcpus.map { "read \(sinceText(age(of: $0.readAt)))" } ?? "never read"
        facts.append(Fact(readText, role: isStale ? .warning : .text))
        if let version = member.state.reading?.version {
            facts.append(Fact("version \(version)"))
        }
        if let exchange = member.state.exchange {
            facts.append(Fact("exchange \(exchange.spanText)"))
        }
        if let uuid = guest.uuid {
            facts.append(Fact("uuid \(uuid.printable(limit: 40))", role: .faint))
        }
        return facts
    }

    /// The host's side.
    func hostFacts(_ member: RosterGuest) -> [Fact] {
        var facts: [Fact] = []
        if let host = member.state.host {
            facts.append(Fact("host CPU \(member.cores?.coresText ?? "-")"))
            facts += waitFacts(member)
            if let plugged = member.state.plugged {
                let slots = member.state.slots.map { " of \($0.counted("slot"))" } ?? ""
                facts.append(Fact("\(plugged) plugged\(slots)", "\(plugged) plugged"))
            }
            let confidence = host.pairing.confidence
            facts.append(
                Fact(
                    "pairing \(confidence.rawValue)",
                    role: confidence == .unknown ? .warning : .text))
            facts += useFacts(member)
        } else {
            facts.append(Fact("the host sees nothing of this guest", role: .faint))
        }
        if let owner = member.state.owner, !owner.isTrusted {
            let name = owner.text.printable(limit: 40)
            facts.append(Fact("run by user \(name)", "user \(name)", role: .warning))
        }
        let source = member.state.id.source
        facts.append(Fact(source.name.printable(limit: 200), source.place, role: .faint))
        return facts
    }

    /// How long the guest's vCPUs wait for the host's CPUs: all together, and the worst.
    private func waitFacts(_ member: RosterGuest) -> [Fact] {
        guard let mean = member.load.meanWaitPercent, let worst = member.load.longestWaitPercent
        else { return [] }
        return [
            Fact(
                "waits \(mean)%, worst vCPU \(worst)%", "waits \(mean)%, worst \(worst)%",
                role: FleetColumns.role(ofWait: worst))
        ]
    }

    /// What the guest does with its vCPUs.
    private func useFacts(_ member: RosterGuest) -> [Fact] {
        var facts: [Fact] = []
        if let use = member.load.usePercent { facts.append(Fact("uses \(use)%")) }
        if let need = member.peakUse.need {
            let reach = "\(PeakUse.reach.wholeSeconds / 60) min"
            facts.append(Fact("peak of \(reach) needs \(need.counted("vCPU"))", "needs \(need)"))
        }
        return facts
    }

    /// What is wrong, what is to be changed, and where the two sides differ.
    func changeFacts(_ member: RosterGuest) -> [Fact] {
        var facts = storyFacts(of: member)
        let conditions = shared.conditions(of: member).filter { $0 != .neverRead }
        facts += conditions.filter { !$0.isAboutVCPUs }.map(\.fact)
        let lens = lens(on: member)
        facts += markFacts("online", lens.marks.online, .toOnline)
        facts += markFacts("offline", lens.marks.offline, .toOffline)
        for condition in conditions where condition.isAboutVCPUs {
            facts.append(
                lens.ownOffline(in: condition).map {
                    Fact("\($0.ids.list) \($0.words)", role: .faint)
                } ?? condition.fact)
        }
        return facts
    }

    /// What a guest that is made up shows; empty for every other one.
    func storyFacts(of member: RosterGuest) -> [Fact] {
        shared.options.stories[member.state.id].map { [Fact(sentence: $0, role: .key)] } ?? []
    }

    /// Which vCPUs are marked for a state; empty where none is.
    private func markFacts(_ state: String, _ ids: CPUMap, _ role: Style.Role) -> [Fact] {
        guard !ids.isEmpty else { return [] }
        return [
            Fact(
                "marked \(state) \(ids.list)",
                "marked \(state): \(ids.count.counted("vCPU"))", role: role)
        ]
    }
}
