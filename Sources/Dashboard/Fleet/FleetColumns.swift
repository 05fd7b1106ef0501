internal import CanvasKit
internal import GuestVCPU

/// The columns of the list of guests.
enum FleetColumns {
    /// In the order that they stand in.
    static let all = [name, agent, age, online, plugged, cores, history, cells, note]

    /// The order of the sources' lists.
    static let listing = SortKey<RosterGuest>("as listed", value: nil)

    /// The orders of the list, in the circle of the key that switches between them.
    static let sortKeys = [listing] + all.flatMap(\.sortKeys)

    /// The order of the list at first.
    static let initialOrder = SortOrder(key: listing)

    private static let name = Column<RosterGuest>(
        "GUEST", width: .free(.name),
        sortKeys: [SortKey("name") { .text($0.state.id.name, $0.state.id.source.name) }]
    ) { $0.label.cut(to: $1.width, in: $1.glyphs) }

    private static let agent = Column<RosterGuest>(
        "AGENT",
        help: .init(
            "how the last exchange with the guest's agent went; down: its source does not answer"),
        width: .fitted { $0.isWide ? FleetLayout.fullStatus : FleetLayout.shortStatus },
        sortKeys: [SortKey("agent") { .text($0.statusText(short: false)) }],
        role: { $0.statusRole }
    ) { $0.statusText(short: $1.width < FleetLayout.fullStatus) }

    private static let age = Column<RosterGuest>(
        "AGE",
        help: .init(
            "how old the guest's own word is, while paused as of the time above; a row is dim "
                + "when it may no longer hold"),
        .right, width: .fitted { $0.isNarrow ? 0 : 4 },
        sortKeys: [SortKey("age") { $0.state.vcpus.map { .instant($0.readAt) } }]
    ) { guest, context in
        guest.state.vcpus.map { context.age(of: $0.readAt).ageText } ?? "-"
    }

    private static let online = Column<RosterGuest>(
        "ON/ALL", short: "ON/AL",
        help: .init("the guest's side: vCPUs online, of those that it has"),
        .right, width: .fitted { max($0.needs.digits * 2 + 1, $0.isNarrow ? 5 : 6) },
        sortKeys: [
            .most("online vCPUs", filterWord: "online") {
                ($0.state.vcpus?.online.count).map(Double.init)
            },
            .most("vCPUs", filterWord: "vcpus") {
                ($0.state.vcpus?.vcpus.count).map(Double.init)
            },
        ],
        role: { $0.state.unused > 0 ? .warning : .text }
    ) { guest, _ in guest.onlineText }

    private static let plugged = Column<RosterGuest>(
        "PLUG", help: .init("the hypervisor's side: vCPUs plugged, of its slots"), .right,
        width: .fitted { $0.isWide ? max($0.needs.slotDigits * 2 + 1, 5) : 0 }
    ) { guest, _ in guest.pluggedText }

    private static let cores = Column<RosterGuest>(
        "CPU", help: .init("physical CPUs that the guest uses"), .right,
        width: .fitted { $0.isNarrow ? 0 : 5 },
        sortKeys: [.most("CPU used", filterWord: "cpu") { $0.cores }]
    ) { guest, _ in guest.cores?.coresText ?? "-" }

    private static let history = Column<RosterGuest>(
        "\((RecentShares.span * RecentShares.spans).intervalText) AGO",
        help: .init("the share used of late; the right end is now", label: "AGO"),
        width: .fitted { $0.columns >= 150 ? RecentShares.spans : 0 },
        role: { _ in .loadLow }
    ) { $1.glyphs.sparkline($0.recentShares.values) }

    /// Draws itself, with the ruler of the vCPUs for a head.
    private static let cells = Column<RosterGuest>(
        "",
        help: .init(
            "so many vCPUs share a cell, which shows the one that matters most: a failure, a "
                + "mark, an offline vCPU, else the highest load; the ruler times that is the vCPU",
            label: "x16"),
        width: .free(.cells),
        sortKeys: [
            .most("offline vCPUs", filterWord: "offline") {
                ($0.state.vcpus?.offline.count).map(Double.init)
            }
        ]
    ) { _, _ in nil }

    /// Draws itself: what there is to say depends on marks and changes, too.
    private static let note = Column<RosterGuest>(
        "NOTE", short: "",
        help: .init(
            "plugged, and left offline by the guest; unseen: the guest does not have them",
            label: "unused"),
        width: .free(.note),
        sortKeys: [.least("problems") { Double($0.problem?.rank ?? .max) }]
    ) { _, _ in nil }
}
