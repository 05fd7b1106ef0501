import TerminalEmulator

/// Pictures of one terminal that follow each other, as one picture that moves (SVG with CSS).
///
/// A line that stays the same for several pictures is drawn once, so that a film is not much larger
/// than what changes in it. Below the screen stand the keys that were pressed. Where pictures do
/// not move, the first one is shown.
struct Film {
    private struct Shot {
        let rows: [[String]]
        let seconds: Double
    }

    private let columns: Int
    private let window: Window
    private var shots: [Shot] = []

    init(columns: Int, window: Window) {
        self.columns = columns
        self.window = window
    }

    /// Adds what the terminal shows.
    ///
    /// - Parameters:
    ///   - title: What is done, which stands before the keys.
    ///   - keys: What was pressed, as it is printed on keys.
    mutating func add(_ emulator: Emulator, title: String, keys: [String], seconds: Double) {
        let caption = caption(title, keys, row: emulator.rows + 1)
        shots.append(
            Shot(
                rows: Picture.rows(of: emulator, window: window) + [[], caption], seconds: seconds))
    }

    /// A line with what is done, and the keys in frames.
    private func caption(_ title: String, _ keys: [String], row: Int) -> [String] {
        let top = row * Picture.height
        var column = 0
        func text(_ text: String, _ attributes: String) -> String {
            #"<text x="\#(column * Picture.width)" y="\#(top + Picture.baseline)" "#
                + #"textLength="\#(text.count * Picture.width)"\#(attributes)>"#
                + "\(text.escaped)</text>"
        }
        var elements = [text(title, #" font-weight="bold""#)]
        column += title.count + 2
        for key in keys {
            elements.append(
                #"<rect x="\#(column * Picture.width - 5)" y="\#(top - 2)" "#
                    + #"width="\#(key.count * Picture.width + 10)" height="\#(Picture.height + 2)" "#
                    + #"rx="4" fill="none" stroke="\#(window.palette[8])"/>"#)
            elements.append(text(key, ""))
            column += key.count + 2
        }
        return elements
    }

    /// The film, which begins again when it has ended.
    var svg: String {
        guard let height = shots.first?.rows.count else { return "" }
        var starts = [0.0]
        for shot in shots { starts.append((starts.last ?? 0) + shot.seconds) }
        let total = starts.last ?? 0
        let percents = starts.map { ($0 / total * 10_000).rounded() / 100 }
        var elements: [String] = []
        var ranges: Set<ClosedRange<Int>> = []
        for row in 0..<height {
            var first = 0
            while first < shots.count {
                let drawing = shots[first].rows[row]
                var last = first
                while last + 1 < shots.count, shots[last + 1].rows[row] == drawing { last += 1 }
                let range = first...last
                first = last + 1
                guard !drawing.isEmpty else { continue }
                if range.count == shots.count {
                    elements += drawing
                } else {
                    ranges.insert(range)
                    elements += [#"<g class="\#(name(range))">"#] + drawing + ["</g>"]
                }
            }
        }
        var style = "g{animation:\(total)s step-end infinite}"
        for range in ranges.sorted(by: {
            ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound)
        }) {
            let name = name(range)
            let (start, end) = (percents[range.lowerBound], percents[range.upperBound + 1])
            let isFirst = range.lowerBound == 0
            style += "\n.\(name){animation-name:\(name)\(isFirst ? "" : ";visibility:hidden")}"
            style += "@keyframes \(name){"
            if !isFirst { style += "0%{visibility:hidden}" }
            style += "\(start)%{visibility:visible}"
            style += range.upperBound + 1 == shots.count ? "" : "\(end)%{visibility:hidden}"
            style +=
                "100%{visibility:\(range.upperBound + 1 == shots.count ? "visible" : "hidden")}}"
        }
        style += "\n@media(prefers-reduced-motion:reduce){g[class]{animation:none}}"
        return Picture.svg(
            elements, columns: columns, rows: height, window: window, style: style)
    }

    /// The name of what is seen from one picture to another.
    private func name(_ range: ClosedRange<Int>) -> String {
        "s\(range.lowerBound)-\(range.upperBound)"
    }
}
