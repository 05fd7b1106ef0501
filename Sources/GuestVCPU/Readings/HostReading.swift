/// What the host knows of a guest's vCPUs: one reading.
///
/// To change a member, copy the value and set it: a copy made member by member forgets those that
/// are added later.
public struct HostReading: Hashable, Sendable {
    /// Each vCPU that the hypervisor has plugged, ascending by `HostVCPU.index`, no index twice.
    public package(set) var vcpus: [HostVCPU]
    /// How many are plugged; nil where that is not known.
    public package(set) var current: Int?
    /// How many could be plugged; nil where that is not known.
    public package(set) var maximum: Int?
    /// When it was read.
    public package(set) var readAt: ContinuousClock.Instant
    /// A number that changes whenever the guest's ids may mean other vCPUs than before: after a
    /// reset, a stop or a migration.
    public package(set) var incarnation: UInt64
    /// Whether every plugging and unplugging since the guest's kernel began was watched, so that
    /// `HostVCPU.plugOrder` is also the order in which the guest gave its numbers.
    public package(set) var isPlugOrderWatched: Bool
    /// Whether the machine began as a saved or migrated one; nil where that is not known.
    ///
    /// Its guest numbered the vCPUs before the threads were made that run them now, so neither the
    /// threads' order nor the indices say how: only the guest's firmware does. False also where a
    /// source knows that no vCPU was ever plugged, so that only one numbering is possible.
    public package(set) var isRestored: Bool?

    /// Creates a reading.
    public init(
        vcpus: [HostVCPU], current: Int?, maximum: Int?, readAt: ContinuousClock.Instant,
        incarnation: UInt64 = 0, isPlugOrderWatched: Bool = false, isRestored: Bool? = nil
    ) {
        self.vcpus = vcpus
        self.current = current
        self.maximum = maximum
        self.readAt = readAt
        self.incarnation = incarnation
        self.isPlugOrderWatched = isPlugOrderWatched
        self.isRestored = isRestored
    }
}
