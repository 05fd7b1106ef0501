/// A fault, and the command at which it occurs.
///
/// Its name is `FAULT@STEP`, `FAULT@STEP:N` for the Nth command of that kind, or `FAULT@STEP:N+`
/// for the Nth and all later ones; the steps are `sync`, `info`, `get` and `set`. The count begins
/// when the agent gets the script.
package struct ScriptedFault: Hashable, Sendable, CustomStringConvertible {
    /// A kind of command.
    package enum Step: String, CaseIterable, Sendable {
        case sync, info, get, set

        /// The name of the command; for a sync the delimited one.
        package var command: AgentCommand {
            switch self {
            case .sync: .syncDelimited
            case .info: .info
            case .get: .getVCPUs
            case .set: .setVCPUs
            }
        }

        init?(_ command: AgentCommand) {
            switch command {
            case .sync, .syncDelimited: self = .sync
            case .info: self = .info
            case .getVCPUs: self = .get
            case .setVCPUs: self = .set
            case .ping, .freezeStatus, .openFile, .readFile, .closeFile: return nil
            }
        }
    }

    /// The fault.
    package let fault: Fault
    /// The kind of command.
    package let step: Step
    /// The first such command with the fault; 1 is the next one.
    package let first: Int
    /// Whether all later ones have the fault too.
    package let isRepeated: Bool
    /// How long `hang`, `hangAfter` and `slow` last; nil for the fault's default.
    package let duration: Duration?
    /// The vCPU that `otherAdmin` and `unplug` change; nil for the last offlinable one.
    package let vcpu: Int?

    /// Creates a fault.
    package init(
        _ fault: Fault, at step: Step, number first: Int = 1, isRepeated: Bool = false,
        lasting duration: Duration? = nil, vcpu: Int? = nil
    ) {
        self.fault = fault
        self.step = step
        self.first = first
        self.isRepeated = isRepeated
        self.duration = duration
        self.vcpu = vcpu
    }

    /// Parses a name; nil when it is invalid.
    package init?(_ name: String) {
        let parts = name.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let fault = Fault(rawValue: String(parts[0])) else { return nil }
        var place = parts[1].split(separator: ":", omittingEmptySubsequences: false)
        guard let step = place.first.flatMap({ Step(rawValue: String($0)) }) else { return nil }
        guard place.count > 1 else {
            self.init(fault, at: step)
            return
        }
        let isRepeated = place[1].last == "+"
        if isRepeated { place[1].removeLast() }
        guard place.count == 2, let first = Int(place[1]), first > 0 else { return nil }
        self.init(fault, at: step, number: first, isRepeated: isRepeated)
    }

    /// The name.
    package var description: String {
        let base = "\(fault.rawValue)@\(step.rawValue)"
        return first == 1 && !isRepeated ? base : "\(base):\(first)\(isRepeated ? "+" : "")"
    }

    /// Each fault at each step where it can occur, at the first command of that kind.
    package static var all: [ScriptedFault] {
        Step.allCases.flatMap { step in
            Fault.allCases.filter { $0.applies(to: step.command) }
                .map { ScriptedFault($0, at: step) }
        }
    }
}

/// The faults of an agent, and the number of commands since it got them.
struct FaultScript: Sendable {
    private let faults: [ScriptedFault]
    private var counts: [ScriptedFault.Step: Int] = [:]

    init(_ faults: [ScriptedFault] = []) { self.faults = faults }

    /// Counts a command, and returns its fault.
    mutating func next(for command: AgentCommand) -> ScriptedFault? {
        guard let step = ScriptedFault.Step(command) else { return nil }
        let number = counts[step, default: 0] + 1
        counts[step] = number
        return faults.first {
            $0.step == step && ($0.first == number || ($0.isRepeated && $0.first < number))
        }
    }
}
