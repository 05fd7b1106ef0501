internal import CanvasKit

/// A column of the table of one guest's vCPUs, in the order that they stand in.
enum TableField: CaseIterable {
    case vcpu, state, fixed, share, history, wait, thread, physicalCPU, time, pairing, change

    var head: String {
        switch self {
        case .vcpu: "vCPU"
        case .state: "STATE"
        case .fixed: "FIXED"
        case .share: "HOST%"
        case .history: "60s AGO"
        case .wait: "WAIT%"
        case .thread: "THREAD"
        case .physicalCPU: "PCPU"
        case .time: "TIME"
        case .pairing: "PAIRING"
        case .change: "CHANGE"
        }
    }

    /// What it is, in words.
    var name: String {
        switch self {
        case .vcpu: "vCPU"
        case .state: "state"
        case .fixed: "whether it is fixed"
        case .share: "share of a physical CPU"
        case .history: "share over the last minute"
        case .wait: "share of time spent waiting"
        case .thread: "thread"
        case .physicalCPU: "physical CPU"
        case .time: "time consumed"
        case .pairing: "whether the host's vCPU is known"
        case .change: "pending change"
        }
    }

    var width: Int {
        switch self {
        case .vcpu, .physicalCPU: 4
        case .fixed, .share, .wait: 5
        case .state, .time, .thread: 7
        case .pairing: 9
        case .history, .change: 12
        }
    }

    var alignment: Alignment {
        switch self {
        case .vcpu, .share, .time, .wait, .thread, .physicalCPU: .right
        case .state, .fixed, .history, .pairing, .change: .left
        }
    }

    /// Spans of the history, and how long each is.
    static let historySpans = 12
    static let historySpan: Duration = .seconds(5)

    /// The order in which columns are given room.
    private static let byImportance: [TableField] = [
        .vcpu, .state, .share, .change, .fixed, .history, .wait, .thread, .physicalCPU, .time,
        .pairing,
    ]

    /// The width of all columns that a table beside another one has at the least.
    static let usualWidth = byImportance.dropLast(2).reduce(-1) { $0 + $1.width + 1 }

    /// The columns that fit, in their order.
    static func fitting(_ width: Int) -> [TableField] {
        var left = width + 1
        var chosen: Set<TableField> = []
        for field in byImportance {
            left -= field.width + 1
            guard left >= 0 else { break }
            chosen.insert(field)
        }
        return allCases.filter(chosen.contains)
    }

    /// The next in the circle of those columns.
    func next(among fields: [TableField]) -> TableField {
        let place = fields.firstIndex(of: self) ?? fields.count - 1
        return fields.isEmpty ? .vcpu : fields[(place + 1) % fields.count]
    }
}
