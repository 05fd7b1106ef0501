internal import GuestVCPU

/// An order to mark by list, as it is typed: `3-7,^5`, `+60-63`, `-7`, `all -2-3`.
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
    let ids: CPUMap

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
        do {
            ids = try CPUMap(list: rest)
        } catch {
            throw Problem(
                column: text.count - rest.count + error.column, text: error.problem.summary)
        }
        guard !ids.isEmpty else {
            throw Problem(column: text.count - rest.count + 1, text: "no vCPU is left of the list")
        }
    }
}
