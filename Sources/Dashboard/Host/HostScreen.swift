internal import CanvasKit
internal import GuestVCPU

/// The CPUs of the machines that run guests: how busy they are, and whose vCPUs run there.
struct HostScreen: Equatable, Sendable {
    /// What Esc goes back to; nil for the list of guests.
    let origin: DetailScreen?
    /// A row or a heading each, in the order of the screen.
    private(set) var lines: [HostLine] = []
    /// How many vCPUs are pinned, on all machines.
    private(set) var pinnedCount = 0
    /// The row under the cursor.
    private(set) var cursor: HostCPURow.Place?
    /// The vCPU on that row that Return goes to; the first one where it is none of the row's.
    private(set) var selected: HostedVCPU?
    /// The first line that is on the screen.
    private(set) var firstLine = 0
    private(set) var order = HostColumns.initialOrder
    /// The text that was searched for last.
    var searched = ""
    /// Whether the row under the cursor is to be shown with as many rows above as below: the cursor
    /// has jumped there.
    private var hasJumped = true
    /// The number that is being typed.
    private var typed = TypedNumber()

    /// Shows the machines, with the cursor on the CPU that a vCPU ran on last.
    init(from origin: DetailScreen?, _ shared: SharedState) {
        self.origin = origin
        arrange(shared, movingRows: true)
        let guest = shared.currentGuest?.state
        let vcpu = shared.currentVCPU.flatMap { guest?.host?.vcpu(guestID: $0) }
        let current = rows.lazy.flatMap(\.vcpus).first {
            $0.guest == guest?.id && $0.index == vcpu?.index
        }
        if let current, let row = rows.first(where: { $0.ran.contains(current) }) {
            cursor = row.place
            selected = current
        }
        settle(shared)
    }

    var rows: [HostCPURow] { lines.compactMap(\.row) }

    /// The row under the cursor; nil where there is none.
    var currentRow: HostCPURow? { rows.first { $0.place == cursor } }

    /// The vCPU that Return goes to.
    var currentVCPU: HostedVCPU? {
        guard let vcpus = currentRow?.vcpus else { return nil }
        return selected.flatMap { old in vcpus.first { $0.isSame(as: old) } } ?? vcpus.first
    }

    /// The layout on the screen as it is.
    func layout(_ shared: SharedState) -> HostLayout {
        HostLayout(
            size: shared.size,
            showsPinned: lines.contains { $0.row.map { !$0.pinned.isEmpty } ?? false })
    }

    // MARK: - Following the fleet

    /// Makes the rows again.
    ///
    /// - Parameter movingRows: Whether they may be put in order; else they stay where they are.
    mutating func arrange(_ shared: SharedState, movingRows: Bool) {
        let hosts = HostCPUs.all(shared)
        pinnedCount = hosts.reduce(0) { $0 + $1.pinnedCount }
        let isGrouped = order == HostColumns.initialOrder
        let places = Dictionary(
            rows.enumerated().map { ($1.place, $0) }, uniquingKeysWith: { one, _ in one })
        var new: [HostLine] = []
        for host in hosts {
            if hosts.count > 1 { new.append(.host(host.host)) }
            guard isGrouped else {
                let rows =
                    movingRows
                    ? order.sorted(host.rows) { $0 }
                    : host.rows.sorted {
                        (places[$0.place] ?? .max, $0.cpu.id) < (
                            places[$1.place] ?? .max, $1.cpu.id
                        )
                    }
                new += rows.map(HostLine.cpu)
                continue
            }
            let nodes = Set(host.rows.map(\.cpu.node)).sorted { ($0 ?? .max) < ($1 ?? .max) }
            for node in nodes {
                let rows = host.rows.filter { $0.cpu.node == node }
                if nodes.count > 1 { new.append(.node(node, rows.map(\.cpu))) }
                new += rows.map(HostLine.cpu)
            }
        }
        lines = new
        if currentRow == nil { cursor = rows.first?.place }
    }

    /// Brings the row under the cursor into sight.
    mutating func settle(_ shared: SharedState) {
        let room = layout(shared).bodyRows
        let line = lines.firstIndex { $0.row?.place == cursor && cursor != nil } ?? 0
        if hasJumped, !(firstLine..<firstLine + room).contains(line) {
            firstLine = line - room / 2
        }
        hasJumped = false
        // The headings above a row are shown with it where there is room.
        let top = lines[..<line].lastIndex { $0.row != nil }.map { $0 + 1 } ?? 0
        let first = line - top < room ? top : line
        firstLine = min(max(min(firstLine, first), line - room + 1), max(lines.count - room, 0))
        firstLine = max(firstLine, 0)
    }

    mutating func order(by order: SortOrder<HostCPURow>, _ shared: inout SharedState) {
        self.order = order
        arrange(shared, movingRows: true)
        shared.notice = Notice(text: "order: \(order.name)", role: .good)
    }

    // MARK: - Going somewhere

    /// Goes to a CPU, and to a vCPU on its row.
    mutating func go(to place: HostCPURow.Place, _ vcpu: HostedVCPU? = nil) {
        cursor = place
        selected = vcpu
    }

    /// Does the same from wherever the cursor is.
    mutating func jump(to place: HostCPURow.Place, _ vcpu: HostedVCPU? = nil) {
        go(to: place, vcpu)
        hasJumped = true
    }

    /// A digit: goes to the CPU whose number has been typed by now, on the machine of the cursor if
    /// it has it.
    mutating func type(_ digit: Int, at moment: Moment, _ shared: inout SharedState) {
        let places = rows.map(\.place)
        func place(_ number: Int) -> HostCPURow.Place? {
            let found = places.filter { $0.cpu == number }
            return found.first { $0.host == cursor?.host } ?? found.first
        }
        let number = typed.add(digit, at: moment) { place($0) != nil }
        guard let found = place(number) else {
            return shared.warn("there is no host CPU \(number)")
        }
        jump(to: found)
    }
}

/// A line of the machines' CPUs.
enum HostLine: Equatable, Sendable {
    case host(PhysicalHost)
    /// A NUMA node, nil for the CPUs whose node is not known.
    case node(Int?, [PhysicalHost.CPU])
    case cpu(HostCPURow)

    /// The CPU; nil for a heading.
    var row: HostCPURow? {
        if case .cpu(let row) = self { return row }
        return nil
    }
}
