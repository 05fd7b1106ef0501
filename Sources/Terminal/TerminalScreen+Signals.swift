internal import CNcurses
internal import CTerminalGuard
internal import CanvasKit
internal import Glibc

extension TerminalScreen {
    // MARK: Signals

    /// What a screen has to know: the terminal's size, and that the program goes on.
    ///
    /// The signals that end or stop a program belong to the program, which outlives its screen; it
    /// catches them before there is one, and calls `suspend` to stop.
    static let caught = [SIGWINCH, SIGCONT]

    func handle(_ signals: [CaughtSignals.Signal]) {
        // A storm of resizes is one resize.
        var handled: Set<Int32> = []
        for signal in signals where handled.insert(signal.number).inserted && isOpen {
            switch signal.number {
            case SIGWINCH: updateSize()
            default: resume()
            }
        }
    }

    private func updateSize() {
        let new = Self.currentSize
        guard new != size else { return }
        size = new
        resizeterm(Int32(new.rows), Int32(new.columns))
        painter.forget()
        handler(.resized(new))
    }

    static var currentSize: Size {
        var window = winsize()
        let isKnown = ioctl(terminal, UInt(TIOCGWINSZ), &window) == 0
        guard isKnown, window.ws_col > 0, window.ws_row > 0 else {
            return Size(columns: Int(COLS), rows: Int(LINES))
        }
        return Size(columns: Int(window.ws_col), rows: Int(window.ws_row))
    }

    /// Stops the program as Ctrl-Z asks, with the terminal given back meanwhile.
    package func suspend() {
        guard isOpen, ProcessStop.isPossible else { return }
        def_prog_mode()
        leaveModes()
        _ = output.finish(within: Self.patience)
        endwin()
        terminal_guard_hold_errors(false)
        ProcessStop.perform()
        resume()
    }

    private func resume() {
        terminal_guard_hold_errors(true)
        reset_prog_mode()
        enterModes()
        updateSize()
        repaint()
        handler(.resumed)
    }

    // MARK: Restoring

    /// What leaves the screen as ncurses would: attributes off, cursor on, back to the lines of
    /// before; and what turns our modes off.
    static var restoreText: [CChar] {
        var text: [CChar] = []
        for name in ["sgr0", "cnorm", "rmcup"] {
            guard let sequence = ncurses_string(name) else { continue }
            text += withoutPadding(String(cString: sequence)).utf8.map(CChar.init(bitPattern:))
        }
        // The terminal would go on to mark pastes, and to report the mouse, to the shell.
        text += modesOff.utf8.map(CChar.init(bitPattern:))
        return text
    }

    /// The sequence without the delays of old terminals, `$<5>`.
    private static func withoutPadding(_ sequence: String) -> String {
        var text = ""
        var rest = sequence[...]
        while let start = rest.firstIndex(of: "$") {
            text += rest[..<start]
            let next = rest.index(after: start)
            guard next < rest.endIndex, rest[next] == "<",
                let end = rest[next...].firstIndex(of: ">")
            else {
                text += "$"
                rest = rest[next...]
                continue
            }
            rest = rest[rest.index(after: end)...]
        }
        return text + rest
    }
}
