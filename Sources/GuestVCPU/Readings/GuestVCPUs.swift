/// What a guest says of its own CPUs: one reading.
///
/// It says nothing of what the hypervisor has plugged; that is `HostReading`.
public struct GuestVCPUs: Hashable, Sendable {
    /// The vCPUs that the guest has, online or not.
    public let vcpus: CPUMap
    /// Those of `vcpus` that the guest schedules on.
    public let online: CPUMap
    /// Those of `vcpus` that the guest can take offline.
    public let offlinable: CPUMap
    /// When the reply arrived.
    public let readAt: ContinuousClock.Instant
    /// Which boot of the guest answered, as far as it is known.
    public var boot: GuestBoot

    /// Creates a reading; ids that `vcpus` lacks are dropped from the other maps.
    public init(
        vcpus: CPUMap, online: CPUMap, offlinable: CPUMap, readAt: ContinuousClock.Instant,
        boot: GuestBoot = .unknown
    ) {
        self.vcpus = vcpus
        self.online = online.intersection(vcpus)
        self.offlinable = offlinable.intersection(vcpus)
        self.readAt = readAt
        self.boot = boot
    }

    /// The vCPUs that the guest has and does not schedule on.
    public var offline: CPUMap { vcpus.subtracting(online) }

    /// Whether two readings say the same, whenever they were made.
    public func hasSameState(as other: GuestVCPUs) -> Bool {
        vcpus == other.vcpus && online == other.online && offlinable == other.offlinable
    }

    /// The state of one vCPU.
    public func state(of id: Int) -> VCPUState {
        guard vcpus.contains(id) else { return .missing }
        return online.contains(id) ? .online : .offline
    }
}
