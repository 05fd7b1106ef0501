internal import CanvasKit
internal import GuestVCPU

/// One marking of one or more guests: what changes, and what was refused.
struct MarkEditing {
    private let shared: SharedState
    private(set) var changed: [GuestID: VCPUTargets] = [:]
    private var firstRefusal: String?
    private var refused = 0

    init(_ shared: SharedState) {
        self.shared = shared
    }

    /// A message about the vCPUs that were refused; nil where none was.
    var notice: Notice? {
        guard let firstRefusal else { return nil }
        let others = refused - 1
        let text = others > 0 ? "\(firstRefusal) (and \(others) more)" : firstRefusal
        return Notice(text: text, role: .warning)
    }

    /// Forgets what is marked of a guest.
    mutating func clear(_ guest: GuestID) {
        if editable(guest) != nil { changed[guest] = VCPUTargets() }
    }

    mutating func mark(_ ids: CPUMap, of guest: GuestID, online: Bool) {
        guard !ids.isEmpty, let vcpus = editable(guest) else { return }
        var marks = changed[guest] ?? shared.marks[guest]
        if online {
            for id in ids { marks[id] = vcpus.online.contains(id) ? nil : true }
        } else {
            takeOffline(ids, of: guest, vcpus, &marks)
        }
        changed[guest] = marks
    }

    private mutating func takeOffline(
        _ ids: CPUMap, of guest: GuestID, _ vcpus: GuestVCPUs, _ marks: inout VCPUTargets
    ) {
        var left = marks.onlineAfterwards(of: vcpus).count
        // From the highest, so that what stays online is the lowest.
        for id in ids.reversed() {
            let isOnline = vcpus.online.contains(id)
            guard isOnline ? marks[id] != false : marks[id] == true else { continue }
            if isOnline, !vcpus.offlinable.contains(id) {
                refuse(id, of: guest, .notOfflinable)
            } else if left <= 1 {
                refuse(id, of: guest, .lastOnline)
            } else {
                marks[id] = isOnline ? false : nil
                left -= 1
            }
        }
    }

    mutating func unmark(_ ids: CPUMap, of guest: GuestID) {
        guard let vcpus = editable(guest) else { return }
        var marks = changed[guest] ?? shared.marks[guest]
        for id in ids { marks[id] = nil }
        guard marks.isEmpty || !marks.onlineAfterwards(of: vcpus).isEmpty else {
            refuse("\(shared.shortName(of: guest)): without this mark no vCPU would be left online")
            return
        }
        changed[guest] = marks
    }

    private mutating func editable(_ guest: GuestID) -> GuestVCPUs? {
        if let reason = shared.reasonAgainstMarking(guest) {
            refuse("\(shared.shortName(of: guest)): \(reason)")
            return nil
        }
        return shared.roster[guest]?.state.vcpus
    }

    private mutating func refuse(_ id: Int, of guest: GuestID, _ code: Refusal.Code) {
        refuse("vCPU \(id) of \(shared.shortName(of: guest)): \(code.words)")
    }

    private mutating func refuse(_ text: String) {
        if firstRefusal == nil { firstRefusal = text }
        refused += 1
    }
}
