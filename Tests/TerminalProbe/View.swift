package import CanvasKit
internal import Dashboard
import GuestVCPU

/// What the dashboard can show of the same made-up fleet, one after the other.
///
/// The tests work out what each looks like, and hold it against what the probe's terminal shows.
package enum View: String, CaseIterable {
    case fleet, marked, selected, tiles, table, matrix, search, filter, count, list, review
    case results, log, help, leave

    /// The canvas of a view.
    package func canvas(_ size: Size, _ glyphs: GlyphSet) -> Canvas {
        var dashboard = ProbedDashboard(size, glyphs)
        dashboard.press(keys)
        return dashboard.model.render(at: ProbedDashboard.now)
    }

    private var keys: [Key] {
        switch self {
        case .fleet: []
        case .marked: Self.marks
        // Of a guest whose reading is old.
        case .selected: Self.typed("/silent") + [.enter] + Self.typed("vll")
        case .tiles: Self.marks + [.character("t")]
        case .table: [.down, .enter]
        case .matrix: [.down, .down, .enter, .tab]
        case .search: Self.typed("/東")
        case .filter: Self.typed("foffline>0")
        case .count: Self.typed("=4")
        case .list: Self.typed(":1-3,^2")
        case .review: Self.marks + Self.typed("c")
        case .results: Self.marks + Self.typed("cy")
        case .log: Self.marks + Self.typed("cy") + [.escape] + Self.typed("L")
        case .help: Self.typed("?")
        case .leave: Self.marks + Self.typed("q")
        }
    }

    /// Some that go, one that comes, and the cursor on another.
    private static let marks: [Key] =
        [.right, .character(" "), .right, .character(" "), .down, .end, .character(" "), .left]

    private static func typed(_ text: String) -> [Key] { text.map(Key.character) }
}

/// A dashboard whose changes end as soon as they begin, each in another way.
private struct ProbedDashboard {
    var model: Model
    private var outcomes: [Outcome] = [.committed, .rolledBack, .unknown]

    init(_ size: Size, _ glyphs: GlyphSet) {
        model = Model(options: Options(title: "probe", glyphs: glyphs), size: size)
        _ = model.update(.fleet(FleetUpdate(Self.fleet)), at: Self.now)
    }

    mutating func press(_ keys: [Key]) {
        for key in keys {
            for case .commit(let order) in model.update(.key(key), at: Self.now) {
                let result = TransactionResult(
                    request: order.request, outcome: outcomes.removeFirst(),
                    before: order.reviewed, after: order.reviewed, elapsed: .milliseconds(212))
                _ = model.update(.finished(order.guest, result), at: Self.now)
            }
        }
    }

    private static let start = ContinuousClock.now
    static let now = Moment(start + .seconds(1), clock: "12:00:00")

    /// Names that are narrow, wide, of several scalars and from right to left, and guests of all
    /// conditions.
    private static let fleet: FleetSnapshot = {
        let names = [
            ("web-01", 8), ("db-01", 16), ("hpc-1", 512), ("データベース-東京", 8),
            ("cafe\u{301}-e\u{308}lan", 4), ("שרת-אינטרנט", 4), ("silent", 8), ("absent", 8),
        ]
        let guests = names.enumerated().map { number, guest in
            guestState(guest.0, guest.1, number)
        }
        return FleetSnapshot(
            takenAt: start, sources: [SourceState(id: .other("probe"), status: .ok)], guests: guests
        )
    }()

    private static func guestState(_ name: String, _ count: Int, _ number: Int) -> GuestState {
        let all = CPUMap(0..<count)
        let maps = GuestVCPUs(
            vcpus: all, online: CPUMap(0..<count - 1),
            offlinable: CPUMap(1..<count), readAt: start - .seconds(name == "silent" ? 90 : 1))
        let host = (0..<count).map {
            HostVCPU(
                index: HostIndex($0), timeNanoseconds: UInt64($0) * 1_000_000_000,
                thread: 4_000 + $0,
                state: .running)
        }
        var shares: HostColumn<Double> = [:]
        // The last is offline; that of one guest is busy all the same.
        for id in 0..<count - (number == 4 ? 0 : 1) {
            shares[HostIndex(id)] = Double((number * 37 + id * 53) % 100) / 100
        }
        let agent: AgentStatus =
            switch name {
            case "silent": .failed(AgentError(.unresponsive))
            case "absent": .failed(AgentError(.absent))
            default: .ok
            }
        return GuestState(
            id: GuestID(source: .other("probe"), name: name), runState: .running, agent: agent,
            reading: name == "absent"
                ? nil : AgentReading(vcpus: maps, version: "7.2.22", setSupport: .available),
            host: HostState(
                reading: HostReading(
                    vcpus: host, current: count, maximum: count, readAt: start),
                pairing: .infer(guest: all, host: host), shares: shares),
            isWritable: true)
    }
}
