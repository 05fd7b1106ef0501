/// Which guest vCPU each of the hypervisor's vCPUs is.
///
/// The two number their CPUs apart: equal for those present at boot, not for those plugged
/// later. A wrong row is worse than none, so `guestIDs` is empty where it is not known.
public struct Pairing: Hashable, Sendable {
    /// How well it is known.
    public enum Confidence: String, Hashable, Sendable {
        /// The guest's own firmware tables say so.
        case confirmed
        /// It follows from how guests number CPUs that are there at boot.
        case inferred
        /// It is not known.
        case unknown
    }

    /// How well it is known.
    public let confidence: Confidence
    private let guestIDs: [Int: Int]

    /// A pairing that says nothing.
    public static let unknown = Pairing(confidence: .unknown, guestIDs: [:])

    private init(confidence: Confidence, guestIDs: [Int: Int]) {
        self.confidence = confidence
        self.guestIDs = guestIDs
    }

    /// The guest's number of the vCPU with this index of the hypervisor's, or nil.
    public func guestID(of hostID: Int) -> Int? { guestIDs[hostID] }

    /// Works out what two readings of one guest tell, which may be nothing.
    ///
    /// - Parameters:
    ///   - guest: What the guest says; nil where it was never read.
    ///   - host: What the host says.
    public init(guest: AgentReading?, host: HostReading) {
        self = guest.map { .infer(guest: $0.vcpus.vcpus, host: host.vcpus) } ?? .unknown
    }

    /// Infers the pairing from the numbers alone.
    ///
    /// Both sides number the CPUs of the boot from 0 without gaps, in the same order. So where
    /// both have exactly the ids 0 to n-1, they are taken to be the same; in every other case
    /// something was plugged or unplugged, and nothing is known. The same holds where the threads
    /// were not made in the order of the vCPUs: the guest numbers by the order of plugging, the
    /// hypervisor by the slot.
    public static func infer(guest: CPUMap, host: [HostVCPU]) -> Pairing {
        guard let highest = guest.max, highest == guest.count - 1,
            let hostIDs = CPUMap(validating: host.map(\.id)), hostIDs == guest
        else { return .unknown }
        let threads = host.sorted { $0.id < $1.id }.compactMap(\.thread)
        // Numbers of threads start anew at their limit; then too little is said, and not too much.
        guard zip(threads, threads.dropFirst()).allSatisfy(<=) else { return .unknown }
        var guestIDs: [Int: Int] = [:]
        for id in guest { guestIDs[id] = id }
        return Pairing(confidence: .inferred, guestIDs: guestIDs)
    }
}
