internal import CNcurses
internal import CanvasKit
internal import Glibc

// The modes of the terminal that ncurses knows nothing of.

extension TerminalScreen {
    private static let pasteOn = "\u{1B}[?2004h"
    private static let pasteOff = "\u{1B}[?2004l"
    private static let mouseOn = "\u{1B}[?1000h\u{1B}[?1006h"
    private static let mouseOff = "\u{1B}[?1006l\u{1B}[?1000l"

    /// Turns on what the decoder needs: at the start, and after a suspension.
    func enterModes() {
        output.send(Array((Self.pasteOn + (reportsMouse ? Self.mouseOn : "")).utf8))
    }

    /// Turns the modes off: at the end, and before a suspension.
    func leaveModes() {
        output.send(Array((Self.pasteOff + (reportsMouse ? Self.mouseOff : "")).utf8))
    }

    /// What turns all modes off, whichever of them are on.
    static var modesOff: String { pasteOff + (hasMouse ? mouseOff : "") }

    /// Listens to the mouse, or leaves it to the terminal; nothing where it has none.
    package func setMouse(_ isOn: Bool) {
        guard isOpen, Self.hasMouse, isOn != reportsMouse else { return }
        reportsMouse = isOn
        output.send(Array((isOn ? Self.mouseOn : Self.mouseOff).utf8))
        decoder.mouse = isOn ? Self.mouseReports : .none
        balanceKeys()
    }

    private static var hasMouse: Bool { ncurses_string("kmous") != nil }

    /// A terminal whose description names the reports of three bytes may know no others.
    private static var mouseReports: InputDecoder.MouseReports {
        let name = ncurses_string("kmous").map { String(cString: $0) }
        return name == "\u{1B}[<" ? .sgr : .sgrAndX10
    }

    /// Lets ncurses take the terminal's own size.
    ///
    /// `LINES` and `COLUMNS` may be another terminal's. Where the terminal does not know its size,
    /// they are all there is.
    static func chooseSize() {
        var window = winsize()
        guard ioctl(terminal, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0
        else { return }
        use_env(false)
        use_tioctl(true)
    }
}
