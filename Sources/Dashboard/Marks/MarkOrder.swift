internal import GuestVCPU

/// An order to mark, as it is typed: `3-7,^5`, `+60-63`, `-7`, `+all`, `all -2-3`, `all +hot`.
struct MarkOrder: Hashable {
    /// Why a text is no such order.
    struct Problem: Error, Hashable {
        /// Where it is, in characters, the first being 1.
        let column: Int
        let text: String
    }

    /// Whether it is about every listed guest, not the one under the cursor alone.
    let isForAll: Bool
    /// The state to mark for; nil for the other than each vCPU has.
    let target: Bool?
    let which: Which

    /// Which vCPUs of a guest it is about.
    enum Which: Hashable {
        case ids(CPUMap)
        /// All that the guest has.
        case all
        /// Those that came by hot-plug and never were online.
        case hot
    }

    /// Reads an order.
    init(_ text: String) throws(Problem) {
        var rest = text[...]
        func skipBlanks() { rest = rest.drop { $0 == " " } }
        skipBlanks()
        isForAll = rest.hasPrefix("all ")
        if isForAll { rest = rest.dropFirst(4) }
        skipBlanks()
        switch rest.first {
        case "+": target = true
        case "-": target = false
        default: target = nil
        }
        if target != nil { rest = rest.dropFirst() }
        let place = text.count - rest.count + 1
        switch rest.trimmed {
        case "all":
            guard target != nil else { throw Problem(column: place, text: "all takes + or -") }
            which = .all
            return
        case "hot":
            guard target == true else { throw Problem(column: place, text: "hot takes +") }
            which = .hot
            return
        default: break
        }
        let ids: CPUMap
        do {
            ids = try CPUMap(list: rest)
        } catch {
            throw Problem(
                column: text.count - rest.count + error.column, text: error.problem.summary)
        }
        guard !ids.isEmpty else {
            throw Problem(column: place, text: "no vCPU is left of the list")
        }
        which = .ids(ids)
    }
}

extension Substring {
    /// The text without blanks at its ends.
    fileprivate var trimmed: Substring {
        var text = drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }
}
