/// What the columns of the screen need to show all guests.
struct ColumnNeeds: Hashable {
    /// Cells that the longest name takes.
    var nameColumns = 0
    /// Cells that notes need, without those about marks and changes: columns must not move when a
    /// vCPU is marked.
    var noteColumns = 0
    /// Digits of the largest number of vCPUs.
    var digits = 1
    /// Digits of the largest number of vCPUs that a hypervisor could plug.
    var slotDigits = 1
    /// Whether vCPUs of a guest are pinned.
    var showsPinned = false
    /// The highest vCPU id.
    var highestID = 0
    /// The highest id of the median guest, plus one.
    var usualSpan = 1

    /// The groups of cells that show a cell for each vCPU of every guest; at least 2.
    var groups: Int { groups(for: highestID + 1) }

    /// The groups of cells that show so many vCPUs, where any guest has that many.
    func groups(for count: Int) -> Int {
        let most = max((highestID + CellGroups.size) / CellGroups.size, 2)
        return min(max((count + CellGroups.size - 1) / CellGroups.size, 2), most)
    }
}
