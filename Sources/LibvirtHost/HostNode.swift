internal import GuestVCPU

/// The CPUs of the host that a connection leads to.
struct HostNode: Sendable {
    /// The last reading; nil where libvirt did not answer it.
    private(set) var reading: PhysicalHostReading?
    private var topology: HostTopology?
    /// When to ask again for the topology, or after an error at all.
    private var due: ContinuousClock.Instant?

    private static let pause = Duration.seconds(60)

    /// Reads the CPUs, in one round trip mostly; blocks.
    ///
    /// A driver that cannot tell is asked again after a minute.
    mutating func read(_ connection: any LibvirtConnection) {
        let isDue = due.map { $0 <= .now } ?? true
        guard isDue || topology != nil else { return }
        do throws(LibvirtError) {
            let topology = try isDue ? connection.hostTopology() : topology
            if isDue { due = .now + Self.pause }
            self.topology = topology
            reading = PhysicalHostReading(
                cpus: topology?.cpus ?? [], total: try connection.hostTimes(), readAt: .now)
        } catch {
            (reading, topology, due) = (nil, nil, .now + Self.pause)
        }
    }
}
