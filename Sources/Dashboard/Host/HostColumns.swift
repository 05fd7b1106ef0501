internal import CanvasKit
internal import GuestVCPU

/// The columns of the table of a machine's CPUs.
enum HostColumns {
    /// In the order that they stand in.
    static let all = [cpu, node, busy, bar, guests, runnable, ran, pinned]

    static let sortKeys = all.flatMap(\.sortKeys)

    /// The order of the table at first: by the CPU's number, grouped by NUMA node.
    static let initialOrder = SortOrder(key: byNumber)

    private static let byNumber = SortKey<HostCPURow>("host CPU", value: nil)

    private static let cpu = Column<HostCPURow>(
        "CPU", .right, width: .fixed(4), sortKeys: [byNumber]
    ) { row, _ in "\(row.cpu.id)" }

    private static let node = Column<HostCPURow>(
        "NODE", help: .init("the NUMA node of a host CPU"), .right,
        width: .fitted { $0.isNarrow ? 0 : 4 }
    ) { row, _ in row.cpu.node.map(String.init) ?? "-" }

    private static let busy = Column<HostCPURow>(
        "BUSY%",
        help: .init("the share of the last interval that a host CPU was at work, whatever for"),
        .right, width: .fixed(7),
        sortKeys: [.most("busy share") { $0.cpu.busyShare }],
        role: { $0.busyRole }
    ) { row, _ in
        row.cpu.isOnline ? row.cpu.busyShare?.percentText ?? "-" : "offline"
    }

    private static let bar = Column<HostCPURow>(
        "", width: .fitted { $0.columns < 60 ? 0 : $0.isWide ? 20 : 8 }, role: { $0.busyRole }
    ) { row, context in
        row.cpu.busyShare.map { context.glyphs.bar($0, width: context.width) }
    }

    private static let guests = Column<HostCPURow>(
        "GUEST%",
        help: .init("what the vCPUs of the listed guests used that ran there last"), .right,
        width: .fitted { $0.isNarrow ? 0 : 6 },
        sortKeys: [.most("guests' share") { $0.guestShare }]
    ) { row, _ in row.guestShare?.percentText ?? "-" }

    private static let runnable = Column<HostCPURow>(
        "RUN",
        help: .init(
            "how many of the vCPUs that ran there last can run now; with a ! they compete for the "
                + "CPU"), .right, width: .fixed(4),
        sortKeys: [.most("runnable vCPUs") { $0.runnable.map(Double.init) }],
        role: { $0.isContended ? .bad : .text }
    ) { row, _ in row.runnable.map { row.isContended ? "\($0)!" : "\($0)" } ?? "-" }

    /// Draws itself: names are chosen by the room that there is.
    static let ran = Column<HostCPURow>(
        "RAN HERE LAST",
        help: .init(
            "vCPUs as GUEST/vCPU, those that do something first; #2 is the hypervisor's vCPU 2 "
                + "whose number in the guest is not known"), width: .free(.name)
    ) { _, _ in nil }

    /// Draws itself, too.
    static let pinned = Column<HostCPURow>(
        "PINNED HERE",
        help: .init("vCPUs that may run there and not on every CPU of the host"),
        width: .free(.note), sortKeys: [.most("pinned vCPUs") { Double($0.pinned.count) }]
    ) { _, _ in nil }
}

extension HostCPURow {
    fileprivate var busyRole: Style.Role {
        guard cpu.isOnline else { return .offline }
        return cpu.busyShare.map { VCPUFace.load($0).role } ?? .faint
    }
}

extension GlyphSet {
    /// A share as a bar.
    func bar(_ share: Double, width: Int) -> String {
        let count = share.isFinite ? Int(min(max(share, 0), 1) * Double(width) + 0.5) : 0
        return String(repeating: self == .ascii ? "#" : "\u{2586}", count: count)
    }
}
