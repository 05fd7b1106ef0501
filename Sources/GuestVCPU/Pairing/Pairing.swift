/// Which guest vCPU each of the hypervisor's vCPUs is.
///
/// Guest and hypervisor number CPUs independently: alike for those present at boot, not for those
/// plugged later. A wrong row is worse than none, so a vCPU without a certain partner stays alone.
public struct Pairing: Hashable, Sendable {
    /// How well it is known.
    public enum Confidence: String, Hashable, Sendable, CaseIterable {
        /// The guest's own firmware tables say so.
        case confirmed
        /// It follows from how guests number their CPUs.
        case inferred
        /// It is not known of any vCPU.
        case unknown
    }

    /// How well it is known.
    public let confidence: Confidence
    private let guestIDs: HostColumn<Int>

    /// A pairing that says nothing.
    public static let unknown = Pairing(.unknown, [:])

    /// - Parameter guestIDs: By `HostVCPU.index`; no guest's number twice.
    init(_ confidence: Confidence, _ guestIDs: HostColumn<Int>) {
        self.confidence = guestIDs.isEmpty ? .unknown : confidence
        self.guestIDs = guestIDs
    }

    /// The guest's number of the vCPU with this index of the hypervisor's, or nil.
    public func guestID(of index: HostIndex) -> Int? { guestIDs[index] }

    /// Whether this many vCPUs are paired, so that none is left.
    public func isComplete(for count: Int) -> Bool { guestIDs.count == count }

    /// Derives the pairing from two readings of one guest; it can be unknown.
    ///
    /// A reading of another incarnation of the guest is ignored.
    ///
    /// - Parameters:
    ///   - guest: What the guest says; nil where it was never read.
    ///   - host: What the host says.
    public init(guest: AgentReading?, host: HostReading) {
        guard let guest, guest.incarnation == nil || guest.incarnation == host.incarnation else {
            self = .unknown
            return
        }
        let vcpus = guest.vcpus.vcpus
        if guest.firmwareIndices.isEmpty {
            self = .infer(guest: vcpus, host: host)
        } else {
            self = .confirm(guest.firmwareIndices, of: vcpus, host: host.vcpus)
        }
    }

    /// Infers the pairing of a guest's numbers with a reading of the host's; see `infer` below.
    public static func infer(guest: CPUMap, host: HostReading) -> Pairing {
        guard host.isRestored != true else { return .unknown }
        return infer(
            guest: guest, host: host.vcpus, isPlugOrderWatched: host.isPlugOrderWatched)
    }

    /// Uses the guest's own claims, where they are possible.
    ///
    /// An impossible claim is a lie, or older than a hot-plug. The pairing is unknown then: nothing is
    /// inferred that contradicts the guest.
    private static func confirm(
        _ claims: [Int: HostIndex], of guest: CPUMap, host: [HostVCPU]
    ) -> Pairing {
        let plugged = Set(host.map(\.index))
        var guestIDs: HostColumn<Int> = [:]
        for (guestID, index) in claims.sorted(by: { $0.value < $1.value }) {
            guard guest.contains(guestID), plugged.contains(index), guestIDs[index] == nil else {
                return .unknown
            }
            guestIDs[index] = guestID
        }
        return Pairing(.confirmed, guestIDs)
    }
}
