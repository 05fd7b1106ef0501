internal import CanvasKit
internal import GuestVCPU

/// The columns of the list of guests.
enum FleetColumns {
    /// In the order that they stand in, which is that of `FleetColumn.allCases`.
    static let all = FleetColumn.allCases.map(column)

    private static func column(_ column: FleetColumn) -> Column<RosterGuest> {
        switch column {
        case .name: name
        case .agent: agent
        case .age: age
        case .online: online
        case .plugged: plugged
        case .cpu: cores
        case .wait: wait
        case .use: use
        case .need: need
        case .pinned: pinned
        case .history: history
        case .cells: cells
        case .note: note
        }
    }

    /// The order of the sources' lists.
    static let listing = SortKey<RosterGuest>("as listed", word: "listed", letter: "l", value: nil)

    /// The orders of the list.
    static let sortKeys = [listing] + all.flatMap(\.sortKeys)

    /// The order of the list at first.
    static let initialOrder = SortOrder(key: listing)

    private static let name = Column<RosterGuest>(
        "GUEST", width: .free(.name),
        sortKeys: [
            SortKey("name", letter: "n") { .text($0.state.id.name, $0.state.id.source.name) }
        ]
    ) { $0.label.cut(to: $1.width, in: $1.glyphs) }

    static let agent = Column<RosterGuest>(
        "AGENT",
        help: .init(
            "how the last exchange with the guest's agent went; down: its source does not answer"),
        width: .stretched(FleetLayout.shortStatus, to: FleetLayout.fullStatus),
        sortKeys: [SortKey("agent", letter: "a") { .text($0.statusText(short: false)) }],
        role: { $0.statusRole }
    ) { $0.statusText(short: $1.width < FleetLayout.fullStatus) }

    private static let age = Column<RosterGuest>(
        "AGE",
        help: .init(
            "how old the guest's own word is, while paused as of the time above; a row is dim "
                + "when it may no longer hold"),
        .right, width: .fixed(4), shownFrom: 60,
        sortKeys: [SortKey("age", letter: "e") { $0.state.vcpus.map { .instant($0.readAt) } }]
    ) { guest, context in
        guest.state.vcpus.map { context.age(of: $0.readAt).ageText } ?? "-"
    }

    private static let online = Column<RosterGuest>(
        "ONLINE",
        help: .init("the guest's side: vCPUs online, of those that it has"),
        .right, width: .fitted { max($0.needs.digits * 2 + 1, 6) },
        sortKeys: [
            .most("online vCPUs", filterWord: "online", letter: "o") {
                ($0.state.vcpus?.online.count).map(Double.init)
            },
            .most("vCPUs", filterWord: "vcpus", letter: "v") {
                ($0.state.vcpus?.vcpus.count).map(Double.init)
            },
        ],
        role: { $0.leftOffline > 0 ? .warning : .text }
    ) { guest, _ in guest.onlineText }

    private static let plugged = Column<RosterGuest>(
        "PLUGGED", help: .init("the hypervisor's side: vCPUs plugged, of its slots"), .right,
        width: .fitted { max($0.needs.slotDigits * 2 + 1, 7) }, importance: 5, shownFrom: 100,
        sortKeys: [
            .most("plugged vCPUs", filterWord: "plugged", letter: "p") {
                $0.state.plugged.map(Double.init)
            }
        ]
    ) { guest, _ in guest.pluggedText }

    private static let cores = Column<RosterGuest>(
        "CPUs", help: .init("physical CPUs that the guest uses"), .right, width: .fixed(5),
        shownFrom: 60,
        sortKeys: [.most("CPU used", filterWord: "cpu", letter: "c", needs: .load) { $0.cores }]
    ) { guest, _ in guest.cores?.coresText ?? "-" }

    private static let wait = Column<RosterGuest>(
        "WAIT%",
        help: .init(
            "in the list of guests: the vCPU that waited most; the part of the time that it could "
                + "have run and had to wait for a physical CPU; "
                + "\(waitToNote) or more is worth a look, \(waitToMend) or more is bad"),
        .right, width: .fixed(5), importance: 2, shownFrom: 100,
        sortKeys: [
            .most("wait", filterWord: "wait", letter: "w", needs: .load) {
                $0.load.longestWaitPercent
            }
        ],
        role: { role(ofWait: $0.load.longestWaitPercent ?? 0) }
    ) { guest, _ in guest.load.longestWaitPercent.map { "\($0)" } ?? "-" }

    /// The percentages of `wait` from which on it is coloured.
    private static let waitToNote = 5
    private static let waitToMend = 20

    /// How a wait in percent is coloured.
    static func role(ofWait percent: Double) -> Style.Role {
        switch percent {
        case ..<Double(waitToNote): .text
        case ..<Double(waitToMend): .warning
        default: .bad
        }
    }

    private static let use = Column<RosterGuest>(
        "USE%",
        help: .init(
            "the CPU time that the guest used, of what its online vCPUs could use; of what its "
                + "plugged ones could where the guest was never read"),
        .right, width: .fixed(5), importance: 3, shownFrom: 100,
        sortKeys: [
            SortKey("use, least first", filterWord: "use", letter: "u", needs: .load) {
                $0.load.usePercent.map(SortValue.number)
            }
        ]
    ) { guest, _ in guest.load.usePercent.map { "\($0)" } ?? "-" }

    private static let need = Column<RosterGuest>(
        "NEED",
        help: .init(
            "how many vCPUs would have carried the guest's peak: the highest mean of the physical "
                + "CPUs that it used over \(PeakUse.span.intervalText), in the last "
                + "\(PeakUse.reach.wholeSeconds / 60) minutes or since the start of vcputop or of "
                + "the guest, rounded up; spare are the online vCPUs beyond that, or the plugged ones where "
                + "it was never read"),
        .right, width: .fixed(4), importance: 4, shownFrom: 100,
        sortKeys: [
            .most("need", filterWord: "need", letter: "d", needs: .load) {
                $0.peakUse.need.map(Double.init)
            },
            .most("spare vCPUs", filterWord: "spare", letter: "s", needs: .load) {
                $0.spare.map(Double.init)
            },
        ]
    ) { guest, _ in guest.peakUse.need.map(String.init) ?? "-" }

    private static let pinned = Column<RosterGuest>(
        "PINNED",
        help: .init(
            "in the list of guests: the host CPUs that vCPUs of the guest are pinned to; -: none is "
                + "pinned; empty: not known"),
        width: .stretched(11, to: 17), importance: 8, shownFrom: 100,
        sortKeys: [
            .most("pinned vCPUs", filterWord: "pinned", letter: "i", needs: .hostCPUs) {
                ($0.pinning?.count).map(Double.init)
            }
        ]
    ) { guest, context in guest.pinning?.text.cutList(to: context.width, in: context.glyphs) }

    static let history = Column<RosterGuest>(
        "LAST",
        help: .init("the share of its vCPUs that the guest used of late; the right end is now"),
        width: .fixed(RecentShares.spans), importance: 7, shownFrom: 100,
        role: { _ in .loadLow }
    ) { $1.glyphs.sparkline($0.recentShares.values($1.width)) }

    /// The head of the history in a column of this width.
    static func historyHead(width: Int) -> String {
        "\(history.head) \((RecentShares.span * width).intervalText)"
    }

    /// Draws itself, with the ruler of the vCPUs for a head.
    private static let cells = Column<RosterGuest>(
        "",
        help: .init(
            "so many vCPUs share a cell, which shows the one that matters most: a failure, a "
                + "mark, an offline vCPU, else the highest load; the ruler times that is the vCPU",
            label: "x16"),
        width: .free(.cells),
        sortKeys: [
            .most("offline vCPUs", filterWord: "offline", letter: "f") {
                ($0.state.vcpus?.offline.count).map(Double.init)
            }
        ]
    ) { _, _ in nil }

    /// Draws itself: what there is to say depends on marks and changes, too.
    static let note = Column<RosterGuest>(
        "NOTE", short: "",
        help: .init(
            "plugged, and left offline by the guest; unseen: the guest does not have them",
            label: "offline"),
        width: .free(.note),
        sortKeys: [
            .least("problems", letter: "!", needs: .contradictions) {
                Double($0.problem?.rank ?? .max)
            }
        ]
    ) { _, _ in nil }
}
