/// A column of the table of one guest's vCPUs, in the order that they stand in.
enum TableField: CaseIterable {
    case vcpu, state, fixed, share, time, wait, thread, physicalCPU, pairing, change

    var head: String {
        switch self {
        case .vcpu: "vCPU"
        case .state: "STATE"
        case .fixed: "FIXED"
        case .share: "HOST%"
        case .time: "TIME"
        case .wait: "WAIT"
        case .thread: "THREAD"
        case .physicalCPU: "PCPU"
        case .pairing: "PAIRING"
        case .change: "CHANGE"
        }
    }

    var width: Int {
        switch self {
        case .vcpu, .fixed, .share: 5
        case .physicalCPU: 4
        case .state, .time, .wait, .thread: 7
        case .pairing: 9
        case .change: 12
        }
    }

    var alignment: Alignment {
        switch self {
        case .vcpu, .share, .time, .wait, .thread, .physicalCPU: .right
        case .state, .fixed, .pairing, .change: .left
        }
    }

    /// The order in which columns are given room.
    private static let byImportance: [TableField] = [
        .vcpu, .state, .share, .change, .fixed, .thread, .time, .wait, .physicalCPU, .pairing,
    ]

    /// The width of all columns, each with the gap behind it.
    static let fullWidth = allCases.reduce(0) { $0 + $1.width + 1 }

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
}
