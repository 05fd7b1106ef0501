internal import GuestVCPU

extension SharedState {
    /// Moves by so many rows.
    mutating func moveRow(by distance: Int) {
        guard !roster.rows.isEmpty else { return }
        let row = cursor.guest.flatMap(roster.row(of:)) ?? 0
        cursor.guest = roster.rows[min(max(row + distance, 0), roster.rows.count - 1)]
    }

    /// Moves by so many vCPUs of the guest, whatever gaps its ids have.
    mutating func moveVCPU(by distance: Int) {
        guard let vcpus = currentGuest?.state.vcpus?.vcpus, let id = currentVCPU else { return }
        let ids = Array(vcpus)
        guard let index = ids.firstIndex(of: id) else { return }
        cursor.vcpu = ids[min(max(index + distance, 0), ids.count - 1)]
    }
}
