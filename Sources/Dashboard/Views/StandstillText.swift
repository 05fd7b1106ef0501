internal import CanvasKit
internal import GuestVCPU

extension Standstill {
    /// What the host has seen, in words, and how they look.
    var words: (text: String, role: Style.Role) {
        let told = ids.subtracting(untold)
        let threads = told.count == 1 ? "the thread" : "the threads"
        let rest = untold.isEmpty ? "" : "; of vCPU \(untold.list) it can tell nothing"
        switch verdict {
        case .watching:
            return ("host: \(threads) of vCPU \(told.list) not seen to stand still yet", .faint)
        case .still(let time):
            let stand = told.count == 1 ? "stands" : "stand"
            return (
                "host: \(threads) of vCPU \(told.list) \(stand) still, for \(time.spanText)\(rest)",
                untold.isEmpty ? .good : .warning
            )
        case .running(let running):
            return (
                "* host: vCPU \(running.list) runs on, though the guest calls it offline\(rest)",
                .contradicted
            )
        case .unknown(let why):
            return ("host: whether they stand still cannot be told: \(why.words)", .warning)
        }
    }
}

extension Standstill.Blindness {
    fileprivate var words: String {
        switch self {
        case .noHost: "it does not see the guest's vCPUs"
        case .unpaired: "which of its vCPUs they are is not known"
        case .uncounted: "it does not count the time of each"
        case .otherMachine: "the guest went away or restarted since"
        }
    }
}
