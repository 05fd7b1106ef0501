internal import GuestVCPU

/// A machine that runs guests: where it is read, and how busy it was between readings.
struct PhysicalHostTrack {
    let id: HostID
    /// The source that reads it, which is the first of those whose guests it runs.
    let source: any GuestSource
    /// Whether a reading runs.
    var isBusy = false
    /// Whether it has changed since the last update.
    var isChanged = false
    /// Nil before the first reading.
    private(set) var state: PhysicalHost?
    /// The reading from which the next interval counts.
    private var base: PhysicalHostReading?

    /// The shortest interval: the kernel counts in ticks of 10 ms.
    private static let shortest = Duration.milliseconds(450)

    init(id: HostID, source: any GuestSource) {
        self.id = id
        self.source = source
    }

    /// One track for each machine of some sources, in their order.
    static func tracks(of sources: [any GuestSource]) -> [PhysicalHostTrack] {
        var tracks: [PhysicalHostTrack] = []
        for source in sources {
            guard let id = source.hostID, !tracks.contains(where: { $0.id == id }) else { continue }
            tracks.append(PhysicalHostTrack(id: id, source: source))
        }
        return tracks
    }

    /// Whether a reading that begins at an instant can count.
    ///
    /// It may take a while, and `record` judges it by when it was made.
    func isWorthReading(at instant: ContinuousClock.Instant) -> Bool {
        guard let base else { return true }
        return base.readAt.duration(to: instant) >= Self.shortest / 2
    }

    /// Records a reading; one too soon after the last one is left out.
    mutating func record(_ reading: PhysicalHostReading) {
        if let base, base.readAt.duration(to: reading.readAt) < Self.shortest { return }
        state = PhysicalHost(id, reading, since: base)
        base = reading
        isChanged = true
    }
}
