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

    /// How many cells the note needs to be understood: a text that has a short form needs that
    /// alone, any other all of it, up to a limit.
    var neededColumns: Int {
        // Worked out for each guest of a snapshot. Short forms are ASCII.
        if let text = texts.first(where: { $0.utf8.count <= Self.short }) { return text.utf8.count }
        return min(texts.last?.prefix(Self.longest).columns ?? 0, Self.longest)
    }

    /// The width of short forms, and the most that a reason may ask for: most of our own words
    /// take less, and the details of a status line are on the line of the cursor.
    private static let short = 8
    private static let longest = 40

    /// Creates what there is to say; nil where all is well.
    init?(_ lens: GuestLens, isDoubtful: Bool) {
        if let commit = lens.locking {
            if commit.result != nil {
                self.init(Problem.outcomeUnknown)
            } else {
                let count = "~\(commit.request.targets.count)"
                self.init(["\(count) \(commit.phase.word)", count, "~"], .sending)
            }
        } else if !lens.marks.isEmpty {
            self.init(marks: lens, isDoubtful: isDoubtful)
        } else {
            self.init(lens.member)
        }
    }

    /// Creates what there is to say of a guest that is not being changed; nil where all is well.
    init?(_ member: RosterGuest) {
        guard let problem = member.problem else { return nil }
        self.init(problem)
    }

    private init?(_ problem: Problem) {
        guard !problem.notes.isEmpty else { return nil }
        self.init(problem.notes, problem.role)
    }

    private init(marks lens: GuestLens, isDoubtful: Bool) {
        let toOnline = lens.marks.online.count
        let toOffline = lens.marks.offline.count
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
