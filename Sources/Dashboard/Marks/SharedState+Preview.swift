internal import CanvasKit
internal import GuestVCPU

extension SharedState {
    /// What a marking would mark, in words; nothing is marked.
    ///
    /// - Parameter change: Marks, and returns why it marks nothing; nil where it tried.
    func preview(_ change: (inout SharedState) -> String?) -> String {
        var after = self
        after.notice = nil
        if let problem = change(&after) { return problem }
        let changed = Set(after.marks.byGuest.keys).union(marks.byGuest.keys)
            .filter { after.marks[$0] != marks[$0] }
        guard !changed.isEmpty else { return after.notice?.text ?? "nothing to mark" }
        var words: [String] = []
        if changed.count == 1, let guest = changed.first {
            let targets = after.marks[guest]
            words = targets.isEmpty ? ["no mark is left"] : ["marks \(targets)"]
        } else {
            let online = changed.reduce(0) { $0 + after.marks[$1].online.count }
            let offline = changed.reduce(0) { $0 + after.marks[$1].offline.count }
            var counts: [String] = []
            if online > 0 { counts.append("\(online) online") }
            if offline > 0 { counts.append("\(offline) offline") }
            words = ["marks \(counts.joined(separator: " and ")) in \(changed.count) guests"]
        }
        // What is left out belongs to what would happen.
        if let notice = after.notice, notice.role == .warning { words.append(notice.text) }
        return words.joined(separator: "; ")
    }
}
