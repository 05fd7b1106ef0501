internal import GuestVCPU

/// A number of online vCPUs that is being typed.
struct CountPrompt: Prompt {
    var text = ""
    private let guest: GuestID

    init(guest: GuestID) {
        self.guest = guest
    }

    static let limit = 8
    static let alphabet: String? = "all 0123456789"

    func label(_ shared: SharedState) -> String {
        let online = shared.roster[guest]?.onlineText ?? ""
        return
            "online vCPUs of \(shared.shortName(of: guest)) (now \(online); all N: listed guests): "
    }

    var problem: String? { nil }
    /// What the number would mark.
    private(set) var hint: String?

    mutating func textChanged(_ model: inout Model, at moment: Moment) {
        hint = count.map { count in
            model.shared.preview { shared in
                mark(count, &shared)
                return nil
            }
        }
    }

    private var isForAll: Bool { text.hasPrefix("all") }

    /// The number that was typed; nil where none was.
    private var count: Int? { Int(text.dropFirst(isForAll ? 3 : 0).drop { $0 == " " }) }

    private func mark(_ count: Int, _ shared: inout SharedState) {
        if isForAll {
            shared.markCountOfAll(count)
        } else {
            shared.markCount(count, of: guest)
        }
    }

    /// Marks the guest, or all that are listed, so that they end with that many vCPUs online.
    mutating func accept(_ model: inout Model) -> Bool {
        if let count {
            mark(count, &model.shared)
        } else if !text.isEmpty {
            model.shared.warn("'\(text)' is no number of vCPUs, nor 'all' and one")
        }
        return true
    }
}
