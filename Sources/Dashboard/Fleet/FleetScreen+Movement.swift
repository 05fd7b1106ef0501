internal import GuestVCPU

extension FleetScreen {
    /// Goes to another guest or vCPU.
    func move(_ movement: Movement, _ shared: inout SharedState) {
        switch movement {
        case .up: shared.moveRow(by: -1)
        case .down: shared.moveRow(by: 1)
        case .pageUp: shared.moveRow(by: -pageSize(shared))
        case .pageDown: shared.moveRow(by: pageSize(shared))
        case .left: if !moveToTile(beside: -1, &shared) { shared.moveVCPU(by: -1) }
        case .right: if !moveToTile(beside: 1, &shared) { shared.moveVCPU(by: 1) }
        case .home:
            let lowest = shared.currentGuest?.state.vcpus?.vcpus.min ?? 0
            if (shared.currentVCPU ?? 0) == lowest {
                shared.moveRow(by: -shared.roster.rows.count)
            }
            shared.cursor.vcpu = shared.currentGuest?.state.vcpus?.vcpus.min ?? 0
        case .end:
            let highest = shared.currentGuest?.state.vcpus?.vcpus.max ?? 0
            if (shared.currentVCPU ?? 0) == highest {
                shared.moveRow(by: shared.roster.rows.count)
            }
            shared.cursor.vcpu = shared.currentGuest?.state.vcpus?.vcpus.max ?? 0
        case .first: shared.moveRow(by: -shared.roster.rows.count)
        case .last: shared.moveRow(by: shared.roster.rows.count)
        }
    }

    /// How many rows a key goes that moves by a page.
    private func pageSize(_ shared: SharedState) -> Int {
        let capacity = capacity(shared)
        return isTiled ? capacity : max(capacity - 1, 1)
    }

    /// Moves from the edge of a tile to the one on its side.
    ///
    /// - Returns: Whether there is one to move to.
    private func moveToTile(
        beside direction: Int, _ shared: inout SharedState
    ) -> Bool {
        let vcpus = shared.currentGuest?.state.vcpus?.vcpus
        let edge = direction < 0 ? vcpus?.min : vcpus?.max
        guard isTiled, shared.currentVCPU == edge,
            let row = shared.cursor.guest.flatMap(shared.roster.row(of:))
        else { return false }
        let target = row + direction * TilesLayout(shared).rows
        guard visibleRows(shared).contains(target) else { return false }
        shared.cursor.guest = shared.roster.rows[target]
        let other = shared.currentGuest?.state.vcpus?.vcpus
        shared.cursor.vcpu = (direction < 0 ? other?.max : other?.min) ?? 0
        return true
    }
}
