import TerminalEmulator

/// The screen of an emulated terminal as a picture (SVG) that no font can pull out of shape.
enum Picture {
    /// The size of a cell, and where its text stands.
    static let width = 9
    static let height = 19
    static let baseline = 14

    /// Draws what a terminal shows.
    static func svg(of emulator: Emulator, window: Window) -> String {
        let rows = rows(of: emulator, window: window)
        return svg(rows.joined(), columns: emulator.columns, rows: rows.count, window: window)
    }

    /// The elements of each line of a screen.
    static func rows(of emulator: Emulator, window: Window) -> [[String]] {
        (0..<emulator.rows).map { RowDrawing(emulator, $0, window).elements }
    }

    /// A picture of a window with these elements in it.
    static func svg(
        _ elements: some Sequence<String>, columns: Int, rows: Int, window: Window,
        style: String = ""
    ) -> String {
        let lines = [
            """
            <svg xmlns="http://www.w3.org/2000/svg" \
            viewBox="0 0 \((columns + 2) * width) \((rows + 1) * height)" \
            width="\((columns + 2) * width)" font-size="15" \
            font-family="DejaVu Sans Mono,Menlo,Consolas,monospace" \
            shape-rendering="crispEdges" xml:space="preserve">
            """,
            style.isEmpty ? "" : "<style>\(style)</style>",
            #"<rect width="100%" height="100%" rx="6" fill="\#(window.background)"/>"#,
            #"<g transform="translate(\#(width),\#(height / 2))" fill="\#(window.text)">"#,
        ]
        return (lines.filter { !$0.isEmpty } + elements + ["</g>", "</svg>", ""])
            .joined(separator: "\n")
    }
}
