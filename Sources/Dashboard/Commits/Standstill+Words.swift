internal import CanvasKit
internal import GuestVCPU

extension Standstill {
    /// The verdict in words, and how they look.
    var words: (text: String, role: Style.Role) {
        let rest = undetermined.isEmpty ? "" : "; not known of \(Self.name(undetermined))"
        let determined = Self.name(ids.subtracting(undetermined))
        switch verdict {
        case .watching:
            return ("host: waiting to see \(determined) idle", .faint)
        case .still(let time):
            return (
                "host confirms: \(determined) idle for \(time.tenthsText)\(rest)",
                undetermined.isEmpty ? .good : .warning
            )
        case .running(let running):
            let busy = Self.name(running)
            let verb = running.count == 1 ? "is" : "are"
            return (
                "* host: \(busy) \(verb) busy, though the guest says offline\(rest)", .contradicted
            )
        case .unknown(let why):
            return ("host cannot tell whether \(determined) went idle: \(why.words)", .warning)
        }
    }

    private static func name(_ ids: CPUMap) -> String {
        "\(ids.count == 1 ? "vCPU" : "vCPUs") \(ids)"
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
