internal import GuestVCPU

/// How the cells of one guest and its note share the line.
struct FleetRow: Hashable {
    /// How many vCPUs share a cell, a power of two: so the ruler holds for the row when it is
    /// multiplied by that.
    let perCell: Int
    /// Where the note stands: behind the last cell.
    let note: FleetLayout.Field
}

extension FleetLayout {
    /// The room that a reason why a guest cannot be read gets, at the cost of its old cells.
    private static let reasonWidth = 24

    /// How the cells of a guest and its note share the rest of the line.
    func row(of member: RosterGuest) -> FleetRow {
        let vcpus = member.state.vcpus?.vcpus
        let highest = vcpus?.max ?? (member.state.plugged ?? 0) - 1
        let reason = member.isUnreadable ? min(member.noteColumns, Self.reasonWidth) : 0
        return row(highestID: highest, noteWidth: reason)
    }

    /// - Parameters:
    ///   - highestID: The guest's highest vCPU; -1 where it has none.
    ///   - noteWidth: The cells that the note gets whatever the guest's cells need.
    func row(highestID: Int, noteWidth: Int) -> FleetRow {
        let stride = CellGroups.size + 1
        let room = max((note.column + note.width - cells.column - noteWidth) / stride, 1)
        let most = min(room * CellGroups.size, cellCount)
        var perCell = 1
        while highestID / perCell >= most { perCell *= 2 }
        let groups = highestID < 0 ? 0 : highestID / perCell / CellGroups.size + 1
        let column = cells.column + groups * stride
        return FleetRow(
            perCell: perCell,
            note: Field(column: column, width: max(note.column + note.width - column, 0)))
    }
}
