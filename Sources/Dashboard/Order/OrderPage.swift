internal import CanvasKit

/// The orders of the table below, to choose from.
struct OrderPage: ChoicePage {
    var context: Context { .order }
    var position = PagePosition()
    var selected: Int
    let table: Table

    /// A table whose rows can be ordered.
    enum Table: Hashable, CaseIterable {
        case guests
        /// The vCPUs of the guest in detail.
        case vcpus
        /// The host's CPUs.
        case cpus
    }

    /// An order to choose.
    struct Choice: Hashable {
        /// The key that chooses it at once.
        let letter: Character
        let name: String
        /// The head of its column; empty where it has none.
        let head: String
    }

    /// The page for the table that is shown.
    init(_ model: Model) {
        table = model.detail != nil ? .vcpus : model.host != nil ? .cpus : .guests
        let current = model.order(of: table).name
        selected = table.choices.firstIndex { $0.name == current } ?? 0
    }

    func content(_ frame: Frame, width: Int) -> PageContent {
        let glyphs = frame.glyphs
        let choices = table.choices
        let order = frame.model.order(of: table)
        let sign =
            glyphs.arrow(largestFirst: order.comesLargestFirst)
            + (order.isReversed ? " reversed" : "")
        let names = choices.map(\.name.count).max() ?? 0
        let lines = choices.map { choice in
            [
                StyledText("\(choice.letter)", .key),
                StyledText("  \(choice.name.padded(to: names, in: glyphs))"),
                StyledText("  \(choice.head.padded(to: 8, in: glyphs))", .faint),
                StyledText(choice.name == order.name ? " \(sign)" : "", .good),
            ]
        }
        return PageContent(title: "ORDER OF THE \(table.title)", body: PageBody(lines))
    }
}

extension OrderPage.Table {
    fileprivate var title: String {
        switch self {
        case .guests: "GUESTS"
        case .vcpus: "vCPUs"
        case .cpus: "HOST'S CPUs"
        }
    }

    /// The orders of the table.
    var choices: [OrderPage.Choice] {
        switch self {
        case .guests: Self.guestChoices
        case .vcpus: Self.vcpuChoices
        case .cpus: Self.cpuChoices
        }
    }

    private static let guestChoices = choices(of: FleetColumns.sortKeys, FleetColumns.all)
    private static let vcpuChoices = choices(of: VCPUColumns.sortKeys, VCPUColumns.all)
    private static let cpuChoices = choices(of: HostColumns.sortKeys, HostColumns.all)

    private static func choices<Row>(
        of keys: [SortKey<Row>], _ columns: [Column<Row>]
    ) -> [OrderPage.Choice] {
        // These move the cursor.
        var taken = Set(keys.compactMap(\.letter)).union(["j", "k"])
        return keys.map { key in
            let usable = key.name.lowercased().filter { $0.isASCII && $0.isLetter }
            let letter =
                key.letter
                ?? (usable + "abcdefghilmnopqrstuvwxyz0123456789").first { !taken.contains($0) }
                ?? "-"
            taken.insert(letter)
            return OrderPage.Choice(
                letter: letter, name: key.name,
                head: columns.first { $0.sortKeys.contains(key) }?.head ?? "")
        }
    }
}
