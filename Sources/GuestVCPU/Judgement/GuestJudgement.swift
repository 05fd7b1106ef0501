/// Conclusions from successive readings of a guest and of its host.
///
/// The monitor updates it with each reading, so that the dashboard and the command judge alike.
public struct GuestJudgement: Hashable, Sendable {
    /// Which machine it is, as far as is known.
    public private(set) var machine = MachineIdentity()
    /// When the guest was first read in the state that it is in; nil before the first reading.
    public private(set) var stateSince: ContinuousClock.Instant?
    /// The vCPUs that the guest calls offline although their threads use a physical CPU.
    ///
    /// Nil where the host cannot tell: its vCPUs are not paired, or it was not read twice since the
    /// guest's state was first seen. A vCPU is named once the guest, read again after its thread
    /// ran, still calls it offline: without that reading it may just have come online.
    public private(set) var contradicted: CPUMap?
    /// The vCPUs whose state changed during, or after, the interval that the host's shares are of:
    /// their shares belong to the state before.
    public private(set) var settling = CPUMap()
    private var lastReading: GuestVCPUs?
    /// When the guest was last read with another set of online vCPUs.
    private var onlineSince: ContinuousClock.Instant?
    /// The offline vCPUs that used a physical CPU when the host was last read.
    private var suspected = CPUMap()

    /// A thread that uses less than this share of a physical CPU counts as idle: the hypervisor
    /// itself wakes it now and then.
    public static let idleShare = 0.02

    /// Creates a judgement before the first reading.
    public init() {}

    /// Applies the latest readings.
    package mutating func update(runState: RunState, guest: GuestVCPUs?, host: HostState?) {
        machine.update(runState: runState, guest: guest, host: host?.reading)
        let isNewReading = updateState(guest)
        if let onlineSince, let from = host?.measuredFrom, from >= onlineSince { settling = [] }
        updateContradicted(host, isNewReading: isNewReading)
    }

    /// - Returns: Whether the guest was read again.
    private mutating func updateState(_ guest: GuestVCPUs?) -> Bool {
        guard let guest else { return false }
        guard let last = lastReading else {
            (lastReading, stateSince) = (guest, guest.readAt)
            return false
        }
        lastReading = guest
        if !guest.hasSameState(as: last) { stateSince = guest.readAt }
        if guest.online != last.online {
            settling = settling.union(guest.online.symmetricDifference(last.online))
            onlineSince = guest.readAt
        }
        return guest.readAt > last.readAt
    }

    private mutating func updateContradicted(_ host: HostState?, isNewReading: Bool) {
        guard let host, let from = host.measuredFrom, let stateSince, from >= stateSince,
            host.pairing.confidence != .unknown, let offline = lastReading?.offline
        else {
            (contradicted, suspected) = (nil, [])
            return
        }
        let before = contradicted ?? []
        let confirmed = isNewReading ? before.union(suspected) : before
        suspected = CPUMap(
            offline.filter { (host.share(guestID: $0) ?? 0) >= Self.idleShare })
        contradicted = confirmed.intersection(suspected)
    }
}

extension GuestState {
    /// The share of a physical CPU that a vCPU uses in the state that it is in; nil where none is
    /// known.
    ///
    /// - Parameter id: The guest's number of the vCPU.
    public func share(guestID id: Int) -> Double? {
        judgement.settling.contains(id) ? nil : host?.share(guestID: id)
    }

    /// The same with a later reading of the guest, as a transaction makes them.
    package func with(_ vcpus: GuestVCPUs) -> GuestState {
        var state = self
        state.reading =
            reading?.with(vcpus)
            ?? AgentReading(vcpus: vcpus, version: nil, setSupport: .unknown)
        state.judgement.update(runState: runState, guest: vcpus, host: host)
        return state
    }
}
