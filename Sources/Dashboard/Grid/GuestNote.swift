internal import CanvasKit
internal import GuestVCPU
internal import SafeText

/// The most urgent thing to say of a guest, in words of several lengths.
struct GuestNote {
    /// From the longest to the shortest.
    let texts: [String]
    let role: Style.Role

    private init(_ texts: [String], _ role: Style.Role) {
        self.texts = texts
        self.role = role
    }

    /// The longest text that fits; the shortest, to be cut, where none does.
    func text(width: Int, in glyphs: GlyphSet) -> String {
        texts.first { $0.columns(in: glyphs) <= width } ?? texts.last ?? ""
    }

    /// Creates what there is to say; nil where all is well.
    init?(_ lens: GuestLens) {
        if let commit = lens.locking {
            if commit.result != nil {
                self.init(Condition.outcomeUnknown)
            } else {
                let count = "~\(commit.request.targets.count)"
                self.init(["\(count) \(commit.phase.word)", count, "~"], .sending)
            }
        } else if !lens.marks.isEmpty {
            self.init(marks: lens)
        } else {
            guard let problem = lens.member.problem else { return nil }
            if let own = lens.ownOffline(in: problem) {
                let count = own.ids.count
                self.init(
                    ["\(count) \(own.words)", "\(count) by you", "\(count)off", "-"], .faint)
            } else {
                self.init(problem)
            }
        }
    }

    private init?(_ problem: Condition) {
        guard !problem.notes.isEmpty else { return nil }
        self.init(problem.notes, problem.role)
    }

    private init(marks lens: GuestLens) {
        let toOnline = lens.marks.online.count
        let toOffline = lens.marks.offline.count
        let counts = [toOnline > 0 ? "+\(toOnline)" : "", toOffline > 0 ? "-\(toOffline)" : ""]
            .filter { !$0.isEmpty }
        let isFailed = !lens.failed.isEmpty
        let sign = lens.isDoubtful ? "?" : isFailed ? "!" : ""
        let words = lens.isDoubtful ? "not sent" : isFailed ? "failed" : ""
        self.init(
            [
                (counts + [words]).filter { !$0.isEmpty }.joined(separator: " "),
                counts.joined() + sign, sign.isEmpty ? (toOnline > 0 ? "+" : "-") : sign,
            ], isFailed ? .failed : .warning)
    }
}
