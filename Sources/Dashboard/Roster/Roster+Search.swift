internal import GuestVCPU

extension Roster {
    /// The first guest with a text in its name, from a row on and around.
    ///
    /// - Parameters:
    ///   - start: The row to begin with; taken modulo the number of rows.
    ///   - backward: Whether to go up instead of down.
    func firstGuest(named text: String, from start: Int, backward: Bool = false) -> GuestID? {
        let wanted = text.lowercased()
        for offset in rows.indices {
            let guest = rows[(start + (backward ? 2 * rows.count - offset : offset)) % rows.count]
            if guest.name.lowercased().contains(wanted) { return guest }
        }
        return nil
    }
}
