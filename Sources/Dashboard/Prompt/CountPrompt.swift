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

    mutating func textChanged(_ model: inout Model, at moment: Moment) {}

    /// Marks the guest, or all that are listed, so that they end with that many vCPUs online.
    mutating func accept(_ model: inout Model) -> Bool {
        let isForAll = text.hasPrefix("all")
        let digits = text.dropFirst(isForAll ? 3 : 0).drop { $0 == " " }
        if let count = Int(digits) {
            if isForAll {
                model.shared.markCountOfAll(count)
            } else {
                model.shared.markCount(count, of: guest)
            }
        } else if !text.isEmpty {
            model.shared.warn("'\(text)' is no number of vCPUs, nor 'all' and one")
        }
        return true
    }
}
