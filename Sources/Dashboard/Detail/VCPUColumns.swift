internal import CanvasKit
internal import GuestVCPU

/// A line of the table of a guest's vCPUs.
///
/// Immutable, and a class: each column looks at it, and a copy for each would be costly.
final class VCPURow: Sendable {
    let member: RosterGuest
    /// The guest's id; nil for a vCPU of the host's that is not known to be one of the guest's.
    let id: Int?
    /// The host's side; nil where it is not known.
    let host: HostVCPU?
    let face: VCPUFace
    /// The state that the guest gives the vCPU; nil where there is no guest's side.
    let state: VCPUState?
    /// Whether the guest cannot take it offline; nil where there is no guest's side.
    let isFixed: Bool?
    /// The machine that runs the guest; nil where its CPUs are not known.
    let physicalHost: PhysicalHost?

    /// When it was taken offline from here, the time of day; nil where it was not.
    let takenOfflineAt: String?

    /// The line of a vCPU that the guest calls by this number.
    fileprivate init(_ id: Int, in lens: GuestLens) {
        member = lens.member
        self.id = id
        host = lens.host?.vcpu(guestID: id)
        face = lens.face(of: id)
        state = lens.state(of: id)
        isFixed = lens.present == nil ? nil : !lens.offlinable.contains(id)
        physicalHost = lens.physicalHost
        takenOfflineAt = lens.ownOffline[id]
    }

    /// The line of a vCPU of the host's that is not known to be one of the guest's.
    fileprivate init(_ vcpu: HostVCPU, in lens: GuestLens) {
        member = lens.member
        id = nil
        host = vcpu
        face = .none
        state = nil
        isFixed = nil
        physicalHost = lens.physicalHost
        takenOfflineAt = nil
    }

    /// The CPUs that its thread is pinned to; nil where it is not, or that is not known.
    var pinning: PhysicalCPUSet? {
        guard let affinity = host?.affinity else { return nil }
        return physicalHost?.pinning(of: affinity)
    }

    /// The share of a physical CPU that it used since its last change of state.
    var share: Double? {
        guard let id else { return host.flatMap { member.state.host?.shares[$0.index] } }
        return member.state.share(guestID: id)
    }

    var waitShare: Double? { host.flatMap { member.state.host?.waitShares[$0.index] } }

    /// The shares in the last spans of time, the oldest first; nil where none are known.
    func shares(spans: Int, of span: Duration) -> [Double?]? {
        guard let host, let history = member.state.host?.history else { return nil }
        return history.shares(of: host.index, spans: spans, of: span)
    }
}

extension GuestLens {
    /// The line of a vCPU in the table.
    func row(of id: Int) -> VCPURow { VCPURow(id, in: self) }

    /// The line of a vCPU of the host's that is not known to be one of the guest's.
    func row(of vcpu: HostVCPU) -> VCPURow { VCPURow(vcpu, in: self) }
}

/// The columns of the table of one guest's vCPUs.
enum VCPUColumns {
    /// In the order that they stand in.
    static let all = [
        vcpu, state, fixed, share, history, wait, thread, physicalCPU, pinned, time, pairing,
        change,
    ]

    static let sortKeys = all.flatMap(\.sortKeys)

    /// The order of the table at first: by the id.
    static let initialOrder = SortOrder(key: byID)

    private static let byID = SortKey<VCPURow>("vCPU", value: nil)

    /// The width of a table with the columns up to `leastImportance`, where tables stand side by side.
    static let usualWidth = all.filter { $0.importance <= leastImportance }
        .reduce(-1) { $0 + $1.tableWidth + 1 }

    /// The last rank that a table beside another one has room for.
    private static let leastImportance = 9

    /// The columns that fit, in their order.
    static func fitting(_ width: Int) -> [Column<VCPURow>] {
        var left = width + 1
        let chosen = byImportance.prefix { column in
            left -= column.tableWidth + 1
            return left >= 0
        }
        return all.filter(chosen.contains)
    }

    private static let byImportance = all.sorted { $0.importance < $1.importance }

    private static let vcpu = Column<VCPURow>(
        "vCPU", .right, width: .fixed(4), importance: 1, sortKeys: [byID]
    ) { row, _ in (row.id ?? row.host?.index.number).map(String.init) }

    private static let state = Column<VCPURow>(
        "STATE", width: .fixed(7), importance: 2,
        // What is out of the ordinary comes first.
        sortKeys: [.least("state") { $0.state == .offline ? 0 : 1 }],
        role: { $0.state == .offline ? .offline : .text }
    ) { row, _ in row.id == nil ? row.host?.state.rawValue : row.state?.word }

    private static let fixed = Column<VCPURow>(
        "CAN OFF", help: .init("whether the guest can take it offline; no: not offlinable"),
        width: .fixed(7),
        importance: 5,
        sortKeys: [
            .least("whether it can go offline", letter: "f") { $0.isFixed == true ? 0 : 1 }
        ]
    ) { row, _ in row.isFixed.map { $0 ? "no" : "yes" } }

    private static let share = Column<VCPURow>(
        "CPU%", help: .init("the share of a physical CPU that the vCPU's thread used"), .right,
        width: .fixed(5), importance: 3,
        sortKeys: [.most("share of a physical CPU", letter: "u") { $0.share }],
        role: { row in
            row.id.map(row.member.contradicted.contains) == true ? .contradicted : .text
        }
    ) { row, _ in row.share?.percentText ?? "-" }

    /// The spans of the history.
    private static let spans = 12
    private static let span: Duration = .seconds(5)

    private static let history = Column<VCPURow>(
        "LAST 60s", width: .fixed(spans), importance: 6,
        sortKeys: [
            .most("share over the last minute") {
                $0.shares(spans: 1, of: LoadHistory.span)?[0]
            }
        ],
        role: { _ in .loadLow }
    ) { row, context in
        row.shares(spans: spans, of: span).map(context.glyphs.sparkline) ?? ""
    }

    private static let wait = Column<VCPURow>(
        "WAIT%",
        help: .init(
            "the share of time that it could have run and had to wait: steal, to the guest"),
        .right, width: .fixed(5), importance: 7,
        sortKeys: [.most("share of time spent waiting", letter: "w") { $0.waitShare }]
    ) { row, _ in row.waitShare?.percentText ?? "-" }

    private static let thread = Column<VCPURow>(
        "THREAD", .right, width: .fixed(7), importance: 10,
        sortKeys: [.least("thread") { ($0.host?.thread).map(Double.init) }]
    ) { row, _ in row.host?.thread.map(String.init) ?? "-" }

    private static let physicalCPU = Column<VCPURow>(
        "LAST CPU", help: .init("the host CPU that the vCPU's thread ran on last"), .right,
        width: .fixed(8), importance: 8,
        sortKeys: [.least("last host CPU") { ($0.host?.physicalCPU).map(Double.init) }]
    ) { row, _ in row.host?.physicalCPU.map(String.init) ?? "-" }

    private static let pinned = Column<VCPURow>(
        "PINNED",
        help: .init(
            "in one guest's table: the host CPUs that the vCPU is pinned to; -: it may run on every one "
                + "that is online; empty: not known"),
        width: .fixed(11), importance: 9,
        sortKeys: [.least("the CPUs that it is pinned to") { ($0.pinning?.count).map(Double.init) }]
    ) { row, _ in
        guard let affinity = row.host?.affinity, let physicalHost = row.physicalHost else {
            return nil
        }
        return GuestPinning.text(of: physicalHost.pinning(of: affinity))
    }

    private static let time = Column<VCPURow>(
        "TIME", .right, width: .fixed(7), importance: 11,
        sortKeys: [.most("time consumed") { ($0.host?.timeNanoseconds).map(Double.init) }]
    ) { row, _ in row.host?.timeNanoseconds?.nanosecondsText ?? "-" }

    private static let pairing = Column<VCPURow>(
        "PAIRING", width: .fixed(9), importance: 12,
        sortKeys: [.least("whether the host's vCPU is known") { $0.host == nil ? 0 : 1 }],
        role: { _ in .faint }
    ) { row, _ in
        guard row.id != nil else { return nil }
        return row.host == nil
            ? "unknown" : row.member.state.host?.pairing.confidence.rawValue ?? "-"
    }

    private static let change = Column<VCPURow>(
        "CHANGE", width: .fixed(12), importance: 4,
        sortKeys: [.most("pending change") { Double($0.face.weight) }],
        role: { $0.takenOfflineAt != nil && $0.face == .offline ? .faint : $0.face.role }
    ) { row, context in
        guard row.id != nil else { return nil }
        if row.face == .offline, let clock = row.takenOfflineAt { return "by you \(clock)" }
        return row.face.changeText(context.glyphs)
    }
}

extension Column<VCPURow> {
    /// The width of the column, which is the same on every screen.
    var tableWidth: Int {
        if case .fixed(let width) = width { return width }
        return 0
    }
}

extension VCPUFace {
    /// What happens to a vCPU that looks like this, in words.
    fileprivate func changeText(_ glyphs: GlyphSet) -> String {
        switch self {
        case .toOnline: "^ \(glyphs.arrow) online"
        case .toOffline: "v \(glyphs.arrow) offline"
        case .sending: "~ sending"
        case .failed: "! failed"
        case .unknown: "? unknown"
        case .contradicted: "* yet busy"
        case .none, .load, .online, .offline: ""
        }
    }
}
