internal import GuestVCPU

/// The most urgent thing to say of a guest, in words of several lengths.
struct GuestNote {
    /// From the longest to the shortest.
    let texts: [String]
    let role: Style.Role

    private init(_ texts: [String], _ role: Style.Role) {
        self.texts = texts
        self.role = role
    }

    /// The longest text that fits; empty where none does.
    func text(width: Int) -> String { texts.first { $0.utf8.count <= width } ?? "" }

    /// Creates what there is to say; nil where all is well.
    init?(_ lens: GuestLens, isDoubtful: Bool) {
        let member = lens.member
        if let commit = lens.locking {
            if commit.result != nil {
                self.init(["outcome unknown", "unknown", "?"], .unknown)
            } else {
                let count = "~\(commit.request.named.count)"
                self.init(["\(count) \(commit.phase.word)", count, "~"], .sending)
            }
        } else if !lens.marks.isEmpty {
            self.init(marks: lens, isDoubtful: isDoubtful)
        } else if member.isGone || member.isSourceDown {
            return nil
        } else if member.state.runState != .running, member.state.runState != .unknown {
            self.init([member.state.runState.rawValue], .warning)
        } else if case .failed(let error) = member.state.agent {
            self.init([error.summary, error.kind.summary], .bad)
        } else if lens.hasContradiction {
            self.init(
                ["* offline, says the guest, yet busy", "* offline, yet busy", "*busy", "*"],
                .contradicted)
        } else if member.unseen > 0 {
            let count = member.unseen
            self.init(
                [
                    "\(count) plugged, not seen by the guest", "\(count) not seen by guest",
                    "\(count) unseen", "\(count)new", "+",
                ], .warning)
        } else if member.unused > 0 {
            let count = member.unused
            self.init(
                [
                    "\(count) plugged, left offline by the guest", "\(count) plugged, offline",
                    "\(count) unused", "\(count) off", "\(count)off", "-",
                ], .warning)
        } else {
            return nil
        }
    }

    private init(marks lens: GuestLens, isDoubtful: Bool) {
        let toOnline = lens.marks.toOnline.count
        let toOffline = lens.marks.toOffline.count
        let counts = [toOnline > 0 ? "+\(toOnline)" : "", toOffline > 0 ? "-\(toOffline)" : ""]
            .filter { !$0.isEmpty }
        let isFailed = !lens.failed.isEmpty
        let sign = isDoubtful ? "?" : isFailed ? "!" : ""
        let words = isDoubtful ? "not sent" : isFailed ? "failed" : ""
        self.init(
            [
                (counts + [words]).filter { !$0.isEmpty }.joined(separator: " "),
                counts.joined() + sign, sign.isEmpty ? (toOnline > 0 ? "+" : "-") : sign,
            ], isFailed ? .failed : .warning)
    }
}
