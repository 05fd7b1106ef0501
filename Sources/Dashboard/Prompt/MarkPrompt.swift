internal import GuestVCPU

/// A list of vCPUs to mark that is being typed.
struct MarkPrompt: Prompt {
    var text = ""
    private let guest: GuestID
    /// Why the text marks nothing.
    private(set) var problem: String?
    /// What the text would mark.
    private(set) var hint: String?

    /// Creates a prompt.
    ///
    /// It warns before anything is typed if the guest cannot be marked; `all` may still mark others.
    init(guest: GuestID, _ shared: SharedState) {
        self.guest = guest
        problem = shared.reasonAgainstMarking(guest).map { "\($0); 'all' marks others" }
        hint = "3-7,^5  +60-63  -7  +all  +hot; 'all' before it: every listed guest"
    }

    static let limit = 200

    func label(_ shared: SharedState) -> String {
        "mark in \(shared.shortName(of: guest)) (+ - list, all, hot): "
    }

    mutating func textChanged(_ model: inout Model, at moment: Moment) {
        problem = nil
        // While it is typed, a list is mostly just not complete yet.
        hint = (try? MarkOrder(text)).map { order in
            model.shared.preview { $0.carryOut(order, at: guest) }
        }
    }

    mutating func accept(_ model: inout Model) -> Bool {
        do {
            problem = model.shared.carryOut(try MarkOrder(text), at: guest)
        } catch {
            problem = "column \(error.column): \(error.text)"
        }
        return problem == nil
    }
}

extension SharedState {
    /// Marks as ordered.
    ///
    /// - Returns: Why nothing is marked; nil where marking was tried.
    fileprivate mutating func carryOut(_ order: MarkOrder, at guest: GuestID) -> String? {
        var selection: [(guest: GuestID, ids: CPUMap)] = []
        for guest in order.isForAll ? roster.rows : [guest] {
            guard let vcpus = roster[guest]?.state.vcpus?.vcpus else { continue }
            let ids: CPUMap
            switch order.which {
            case .ids(let wanted):
                let missing = wanted.subtracting(vcpus)
                // Of one guest the ids are meant as they are; of all, those that each has.
                if !order.isForAll, !missing.isEmpty {
                    return "\(shortName(of: guest)) has no vCPU \(missing.list)"
                }
                ids = wanted.intersection(vcpus)
            case .all: ids = vcpus
            case .hot: ids = roster[guest]?.neverOnline ?? []
            }
            if !ids.isEmpty { selection.append((guest, ids)) }
        }
        guard !selection.isEmpty else {
            if order.which == .hot {
                return order.isForAll
                    ? "of no listed guest is a vCPU known that came by hot-plug and never was online"
                    : "\(shortName(of: guest)): no vCPU is known that came by hot-plug and never was "
                        + "online"
            }
            return order.isForAll
                ? "no listed guest has such a vCPU"
                : "\(shortName(of: guest)): \(reasonAgainstMarking(guest) ?? "no vCPU is known of it")"
        }
        if let target = order.target {
            mark(selection, online: target)
        } else {
            toggleMarks(of: selection)
        }
        return nil
    }
}
