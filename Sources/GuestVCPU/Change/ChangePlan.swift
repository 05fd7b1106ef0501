/// A request compared with a fresh reading: what has to be changed.
public struct ChangePlan: Hashable, Sendable {
    /// What was asked for.
    public let request: ChangeRequest
    /// The reading that it was compared with.
    public let before: GuestVCPUs
    /// The vCPUs to change; empty when the guest is as asked already.
    public let targets: VCPUTargets

    /// Whether a reading shows every vCPU of the plan in its state before; what other clients changed
    /// elsewhere does not matter.
    public func isAsBefore(in guest: GuestVCPUs) -> Bool {
        targets.ids.allSatisfy { guest.state(of: $0) == before.state(of: $0) }
    }

    /// The changes that put back what a reading shows as done, last first.
    ///
    /// - Parameter reached: The vCPUs that may have been changed for this plan; the others are
    ///   left as they are, since another client changed them.
    public func undo(from guest: GuestVCPUs, of reached: CPUMap) -> [VCPUChange] {
        targets.changes.reversed().compactMap { change in
            let was = before.state(of: change.id)
            guard reached.contains(change.id), guest.vcpus.contains(change.id),
                guest.state(of: change.id) != was
            else { return nil }
            return VCPUChange(id: change.id, online: was == .online)
        }
    }
}

extension ChangeRequest {
    /// The result of comparing a request with a reading.
    public enum Check: Hashable, Sendable {
        /// It can be carried out.
        case plan(ChangePlan)
        /// It cannot, and every reason why, by code and then ascending by vCPU.
        case refused([Refusal])
        /// These vCPUs are not what the reviewed reading showed.
        case conflict([Refusal])
    }

    /// Compares the request with a fresh reading.
    ///
    /// - Parameters:
    ///   - reading: The fresh reading.
    ///   - reviewed: The older reading that the request was made by; nil where there is none, as
    ///     on the command line, and then nothing conflicts.
    public func check(against reading: AgentReading, reviewed: GuestVCPUs? = nil) -> Check {
        let request = resolved(by: reading.vcpus)
        return request.checkTargets(against: reading, reviewed: reviewed)
    }

    private func checkTargets(against reading: AgentReading, reviewed: GuestVCPUs?) -> Check {
        let reasons = refusals(against: reading)
        guard reasons.isEmpty else { return .refused(reasons) }
        let guest = reading.vcpus
        if let reviewed {
            guard !guest.boot.differs(from: reviewed.boot) else {
                return .conflict([Refusal(vcpu: nil, code: .rebooted)])
            }
            let changed = targets.ids.filter { reviewed.state(of: $0) != guest.state(of: $0) }
            guard changed.isEmpty else {
                return .conflict(changed.map { Refusal(vcpu: $0, code: .changed) })
            }
        }
        return .plan(
            ChangePlan(
                request: self, before: guest, targets: targets.unfulfilled(by: guest)))
    }

    private func refusals(against reading: AgentReading) -> [Refusal] {
        let guest = reading.vcpus
        var reasons: [Refusal] = []
        switch reading.setSupport {
        case .available, .unknown: break
        case .absent, .disabled: reasons.append(Refusal(vcpu: nil, code: .cannotSet))
        case .readOnly: reasons.append(Refusal(vcpu: nil, code: .readOnly))
        }
        if targets.isEmpty { reasons.append(Refusal(vcpu: nil, code: .impossibleCount)) }
        reasons += targets.ids.subtracting(guest.vcpus).map { Refusal(vcpu: $0, code: .missing) }
        let goingOffline = targets.offline.intersection(guest.online)
        reasons += goingOffline.subtracting(guest.offlinable).map {
            Refusal(vcpu: $0, code: .notOfflinable)
        }
        let staying = guest.online.union(targets.online.intersection(guest.vcpus))
            .subtracting(goingOffline)
        if staying.isEmpty {
            reasons += goingOffline.map { Refusal(vcpu: $0, code: .lastOnline) }
        }
        return reasons
    }
}
