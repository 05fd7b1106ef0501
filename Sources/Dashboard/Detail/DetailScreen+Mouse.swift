internal import CanvasKit
internal import GuestVCPU

extension DetailScreen {
    /// The vCPU whose cell or line is at a place of the screen.
    func target(at place: Position, _ shared: SharedState) -> MouseTarget? {
        vcpu(at: place, shared).map { MouseTarget(guest: guest, vcpu: $0) }
    }

    private func vcpu(at place: Position, _ shared: SharedState) -> Int? {
        let layout = layout(shared)
        let line = place.row - layout.tableTop - 1
        if (0..<layout.tableRows).contains(line) {
            let column = place.column / layout.pitch
            let index = firstVCPU + column * layout.tableRows + line
            let isShown = column < layout.tableColumns && vcpus.indices.contains(index)
            return isShown ? vcpus[index] : nil
        }
        let gridLine = place.row - layout.top - 1
        let index = layout.gridTop(showing: shared.currentVCPU ?? 0) + gridLine
        guard (0..<layout.gridRows).contains(gridLine), layout.lines.indices.contains(index)
        else { return nil }
        let first = layout.lines[index] * layout.perLine
        return (first..<first + layout.perLine).first {
            layout.index(of: $0) != nil && layout.gridColumn($0 - first) == place.column
        }
    }
}
