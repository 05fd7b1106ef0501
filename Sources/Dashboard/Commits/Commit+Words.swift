internal import CanvasKit
internal import GuestVCPU

extension Commit.Phase {
    /// What a change is doing.
    var word: String {
        switch self {
        case .waiting: "waiting"
        case .step(.reading): "reading"
        case .step(.sending(let changes)): "sending \(changes.count)"
        case .step(.rereading): "re-reading"
        case .step(.undoing(let changes)): "undoing \(changes.count)"
        case .finished(let result, _): result.outcome.title
        }
    }
}

extension Outcome {
    /// The outcome as a word to read.
    var title: String {
        switch self {
        case .rolledBack: "rolled back"
        default: rawValue
        }
    }

    /// Whether every named vCPU is as it was asked to be.
    var isAsAsked: Bool { exitStatus == 0 }

    var role: Style.Role {
        switch self {
        case .committed, .unchanged, .planned: .good
        case .refused, .conflict, .rolledBack, .unreachable: .warning
        case .failed, .partial, .unknown: .bad
        }
    }
}
