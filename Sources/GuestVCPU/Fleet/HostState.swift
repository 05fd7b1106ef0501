/// The host's side of a guest in a snapshot.
public struct HostState: Hashable, Sendable {
    /// The last reading.
    public let reading: HostReading
    /// Which guest vCPU each is.
    public package(set) var pairing: Pairing {
        didSet { positions = Self.positions(in: reading, by: pairing) }
    }
    /// The share of a physical CPU that each consumed between an earlier reading and this one, by
    /// `HostVCPU.index`; 0 is idle, 1 all of it; absent where two readings cannot be compared.
    public let shares: HostColumn<Double>
    /// When that earlier reading was made; nil where there is none.
    public let measuredFrom: ContinuousClock.Instant?
    /// The share of the same time that each was runnable and waited for a physical CPU, which the
    /// guest sees as steal, by `HostVCPU.index`; absent where the host does not count it.
    public let waitShares: HostColumn<Double>
    /// The shares of the last minute.
    public let history: LoadHistory
    /// Positions in `reading.vcpus`, by the guest's number; -1 where there is none.
    private var positions: [Int32]

    /// Creates the host's side.
    public init(
        reading: HostReading, pairing: Pairing, shares: HostColumn<Double>,
        measuredFrom: ContinuousClock.Instant? = nil, waitShares: HostColumn<Double> = [:],
        history: LoadHistory = LoadHistory()
    ) {
        self.reading = reading
        self.pairing = pairing
        self.shares = shares
        self.measuredFrom = measuredFrom
        self.waitShares = waitShares
        self.history = history
        positions = Self.positions(in: reading, by: pairing)
    }

    private static func positions(in reading: HostReading, by pairing: Pairing) -> [Int32] {
        var positions: [Int32] = []
        positions.reserveCapacity(reading.vcpus.count)
        for (position, vcpu) in reading.vcpus.enumerated() {
            guard let id = pairing.guestID(of: vcpu.index), CPUMap.idRange.contains(id) else {
                continue
            }
            while positions.count <= id { positions.append(-1) }
            positions[id] = Int32(position)
        }
        return positions
    }

    /// The host's view of the vCPU that the guest calls by this number; nil where the pairing
    /// does not tell.
    public func vcpu(guestID: Int) -> HostVCPU? {
        guard positions.indices.contains(guestID), positions[guestID] >= 0 else { return nil }
        return reading.vcpus[Int(positions[guestID])]
    }

    /// The share of the vCPU that the guest calls by this number.
    public func share(guestID: Int) -> Double? {
        vcpu(guestID: guestID).flatMap { shares[$0.index] }
    }

    /// The share of its time that the vCPU of this guest's number waited for a physical CPU.
    public func waitShare(guestID: Int) -> Double? {
        vcpu(guestID: guestID).flatMap { waitShares[$0.index] }
    }
}
