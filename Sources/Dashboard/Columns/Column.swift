internal import CanvasKit

/// A column of a table, with all that the program knows about it.
///
/// Drawing, order, filter, help and manual read it, so a new column is one more value in
/// `FleetColumns` or `VCPUColumns`.
struct Column<Row>: Sendable {
    /// The head; unique within a table.
    let head: String
    /// The head where the column is narrower than that.
    let shortHead: String
    /// What the column shows, in words; nil where the head says it.
    let help: Help?
    let alignment: Alignment
    let width: Width
    /// The rank by which columns get room, 1 being the first.
    let importance: Int
    /// The width of the screen from which on the column is shown unless the user says otherwise.
    let shownFrom: Int
    /// The orders that the column offers.
    let sortKeys: [SortKey<Row>]
    /// The text of a cell; nil where the row has none, and where the column draws itself.
    let text: @Sendable (Row, TextContext) -> String?
    let role: @Sendable (Row) -> Style.Role

    /// Creates a column.
    init(
        _ head: String, short shortHead: String? = nil, help: Help? = nil,
        _ alignment: Alignment = .left, width: Width, importance: Int = 1,
        shownFrom: Int = 0, sortKeys: [SortKey<Row>] = [],
        role: @escaping @Sendable (Row) -> Style.Role = { _ in .text },
        text: @escaping @Sendable (Row, TextContext) -> String?
    ) {
        self.head = head
        self.shortHead = shortHead ?? head
        self.help = help
        self.alignment = alignment
        self.width = width
        self.importance = importance
        self.shownFrom = shownFrom
        self.sortKeys = sortKeys
        self.role = role
        self.text = text
    }

    /// The head of a column of this width.
    func head(width: Int) -> String { width < head.utf8.count ? shortHead : head }
}

extension Column: Equatable {
    static func == (one: Self, other: Self) -> Bool { one.head == other.head }
}

extension Column {
    /// An entry of the help and of the manual.
    struct Help: Hashable, Sendable {
        /// The entry's label where it is not the head.
        let label: String?
        let text: String

        init(_ text: String, label: String? = nil) {
            self.text = text
            self.label = label
        }
    }

    /// How a column gets its width.
    enum Width: Sendable {
        case fixed(Int)
        /// The width that it has on a screen.
        case fitted(@Sendable (WidthContext) -> Int)
        /// The least width, and the one that it gets where there is room.
        case stretched(Int, to: Int)
        /// A part of what the other columns leave.
        case free(FreePart)

        /// The least width in a context; 0 for a part of what others leave.
        func columns(in context: WidthContext) -> Int {
            switch self {
            case .fixed(let width), .stretched(let width, _): width
            case .fitted(let width): width(context)
            case .free: 0
            }
        }

        /// How much wider it becomes where there is room.
        var stretch: Int {
            if case .stretched(let least, let most) = self { return most - least }
            return 0
        }
    }
}

/// The columns among which `FleetLayout` divides what the others leave.
enum FreePart: Hashable {
    case name, cells, note
}

/// What the width of a column depends on.
struct WidthContext {
    /// The width of the screen.
    let columns: Int
    let needs: ColumnNeeds

    var isNarrow: Bool { columns < 60 }
    var isWide: Bool { columns >= 110 }
}

/// What the text of a cell depends on beside its row.
struct TextContext {
    let glyphs: GlyphSet
    /// The moment that the screen shows.
    let moment: Moment
    /// The width of the column.
    var width = 0

    /// The age of a reading at the moment that the screen shows.
    func age(of instant: ContinuousClock.Instant) -> Duration { moment.age(of: instant) }
}

extension Canvas {
    /// Draws a cell of a table.
    mutating func write<Row>(
        _ cell: Column<Row>, of row: Row, _ context: TextContext, column: Int, line: Int,
        isDimmed: Bool = false
    ) {
        guard let text = cell.text(row, context), !text.isEmpty else { return }
        write(
            text, column: column, row: line, width: context.width, alignment: cell.alignment,
            style: Style(cell.role(row), isDimmed: isDimmed))
    }

    /// Draws the arrow of the order beside the head of its column, and both as selected.
    ///
    /// It stands behind a head on the left, before one on the right, and in the blank before a column
    /// where the head has no room for it.
    mutating func drawArrow<Row>(
        of order: SortOrder<Row>, in cell: Column<Row>, width: Int, column: Int, row: Int
    ) {
        let head = cell.head(width: width).utf8.count
        let first = cell.alignment == .right ? max(width - head, 0) : 0
        let arrow = head == 0 || cell.alignment == .right ? first - 1 : head
        let style = Style(.bar, emphasis: .selected)
        restyle(Rectangle(column: column + first, row: row, columns: head, rows: 1)) { $0 = style }
        guard column + arrow >= 0 else { return }
        write(
            glyphs.arrow(largestFirst: order.comesLargestFirst), column: column + arrow, row: row,
            style: style)
    }
}
