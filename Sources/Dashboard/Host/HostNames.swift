internal import CanvasKit
internal import GuestVCPU

/// The names of vCPUs that fit into a field; the selected one is always among them.
struct HostNames {
    /// What is drawn: a name, or how many there is no room for.
    struct Piece {
        let text: String
        let vcpu: HostedVCPU?
        /// Where it begins in the field.
        let column: Int
        let width: Int
    }

    let pieces: [Piece]

    init(_ vcpus: [HostedVCPU], selected: HostedVCPU?, width: Int, _ shared: SharedState) {
        let glyphs = shared.options.glyphs
        // A field has room for no more than a name each two cells.
        let wanted = selected.flatMap { old in vcpus.firstIndex { $0.isSame(as: old) } } ?? 0
        func fit(from start: Int) -> (pieces: [Piece], end: Int) {
            var pieces: [Piece] = []
            var column = 0
            func add(_ text: String, _ vcpu: HostedVCPU?) {
                let columns = text.columns(in: glyphs)
                pieces.append(Piece(text: text, vcpu: vcpu, column: column, width: columns))
                column += columns + 1
            }
            if start > 0 { add("+\(start)", nil) }
            var next = start
            while next < vcpus.count {
                let name = vcpus[next].name(shared)
                let rest = vcpus.count - next - 1
                let reserve = rest > 0 ? 2 + "\(rest)".utf8.count : 0
                let isFirst = next == start
                guard isFirst || column + name.columns(in: glyphs) + reserve <= width else { break }
                add(name, vcpus[next])
                next += 1
            }
            if next < vcpus.count { add("+\(vcpus.count - next)", nil) }
            return (pieces, next)
        }
        guard width > 0, !vcpus.isEmpty else {
            pieces = []
            return
        }
        let all = fit(from: 0)
        pieces = wanted < all.end ? all.pieces : fit(from: wanted).pieces
    }

    /// The vCPU whose name is at a column of the field; nil where none is.
    func vcpu(at column: Int) -> HostedVCPU? {
        pieces.first { ($0.column..<$0.column + $0.width).contains(column) }?.vcpu
    }
}
