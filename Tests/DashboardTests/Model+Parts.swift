import CanvasKit

@testable import Dashboard

extension Model {
    /// The lines of the page, whatever part of them is shown.
    func pageLines(at moment: Moment) -> [String] {
        guard let page else { return [] }
        let body = Frame(self, at: moment).view(of: page).content.body
        return body.map { $0.map(\.text).joined() }
    }

    var fleetLayout: FleetLayout { FleetLayout(shared) }
    var tilesLayout: TilesLayout { TilesLayout(shared) }
    var visibleRows: Range<Int> { fleet.visibleRows(shared) }
    /// The vCPUs of the guest in detail, in the order of its table.
    var vcpusInDetail: [Int] { detail?.vcpus ?? [] }
}
