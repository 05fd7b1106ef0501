import CNcurses
import Foundation
import Glibc
import LabSupport
import TerminalEmulator

/// What ncurses needs at the least to bring a terminal from each screen to the next: it is given
/// the cells alone, with any program that drew them.
@MainActor
final class LeastBytes {
    private let file: UnsafeMutablePointer<FILE>
    private var pairs: [[Int]: Int16] = [:]
    private var sent = 0

    init(columns: Int, rows: Int) throws {
        guard let file = tmpfile() else { throw LabError.system(call: "tmpfile", errno: errno) }
        self.file = file
        setlocale(LC_ALL, "C.UTF-8")
        setenv("COLUMNS", "\(columns)", 1)
        setenv("LINES", "\(rows)", 1)
        guard ncurses_newterm(file) != nil else {
            throw LabError.unexpected("ncurses does not know this terminal")
        }
        start_color()
        use_default_colors()
        curs_set(0)
        leaveok(stdscr, true)
        typeahead(-1)
    }

    /// Draws a screen.
    ///
    /// - Returns: How many bytes that took.
    func draw(_ screen: Screen) -> Int {
        for row in 0..<screen.rows {
            var column = 0
            while column < screen.columns {
                let cell = screen.cell(column, row)
                attr_set(attributes(of: cell), pair(of: cell), nil)
                let text = cell.text.isEmpty ? " " : cell.text
                let characters = text.unicodeScalars.map { wchar_t($0.value) }
                mvaddnwstr(Int32(row), Int32(column), characters, Int32(characters.count))
                column += max(cell.width, 1)
            }
        }
        refresh()
        var status = stat()
        fstat(fileno(file), &status)
        defer { sent = Int(status.st_size) }
        return Int(status.st_size) - sent
    }

    private func attributes(of cell: Cell) -> attr_t {
        (cell.bold ? ncurses_bold : 0) | (cell.underline ? ncurses_underline : 0)
            | (cell.reverse ? ncurses_reverse : 0)
    }

    private func pair(of cell: Cell) -> Int16 {
        let colors = [number(of: cell.color), number(of: cell.background)]
        if colors == [-1, -1] { return 0 }
        if let pair = pairs[colors] { return pair }
        let pair = Int16(pairs.count + 1)
        pairs[colors] = pair
        init_extended_pair(Int32(pair), Int32(colors[0]), Int32(colors[1]))
        return pair
    }

    private func number(of color: Cell.Color) -> Int {
        switch color {
        case .standard: -1
        case .indexed(let index): index
        // The nearest of the 256: fewer bytes than the true one takes, if anything.
        case .rgb(let red, let green, let blue):
            16 + red * 5 / 255 * 36 + green * 5 / 255 * 6 + blue * 5 / 255
        }
    }
}

/// What a program sent, refresh by refresh, and the least that these would have taken.
struct Refreshes {
    var count = 0
    var bytes = 0
    var least = 0

    /// Bytes that come no later after each other are of the same refresh.
    private static let pause = Duration.milliseconds(30)

    /// Watches a program of 80x24 that has drawn its screen.
    @MainActor
    static func watch(_ program: TerminalProgram, for duration: Duration) throws -> Refreshes {
        guard let screen = Screen(columns: 80, rows: 24) else {
            throw LabError.unexpected("no emulator")
        }
        let minimum = try LeastBytes(columns: 80, rows: 24)
        screen.process(program.output[...])
        _ = minimum.draw(screen)
        var refreshes = Refreshes()
        let deadline = ContinuousClock.now + duration
        while ContinuousClock.now < deadline {
            let before = program.output.count
            guard program.receive(within: deadline - .now) else { break }
            while program.receive(within: pause) {}
            screen.process(program.output[before...])
            refreshes.count += 1
            refreshes.bytes += program.output.count - before
            refreshes.least += minimum.draw(screen)
        }
        return refreshes
    }
}
