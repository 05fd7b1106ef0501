internal import GuestVCPU

extension Roster {
    /// The first guest with a text in its name, from a row on and around.
    func firstGuest(named text: String, from start: Int) -> GuestID? {
        let wanted = text.lowercased()
        for offset in rows.indices {
            let guest = rows[(start + offset) % rows.count]
            if guest.name.lowercased().contains(wanted) { return guest }
        }
        return nil
    }
}
