import CanvasKit
import Dashboard
import Dispatch
import Foundation
import Glibc
import Terminal

/// A program for the tests of Terminal: it draws a fixed screen, reports each event, and
/// ends in every way that there is.
///
/// Its keys: q closes and ends with 3, E ends by exit(4) without closing, C crashes with a
/// message, A crashes on another thread while it goes on to draw, O overflows the stack, W writes to standard error, B is busy for a while and then
/// throws away what was typed meanwhile, D throws it away at once, T asks for text with a caret, M and N
/// listen to the mouse and do not, V draws text of all kinds. With `PROBE_VIEWS` set it shows the
/// dashboard's views, the next one at each n.
@main
@MainActor
enum Probe {
    static var screen: TerminalScreen?
    static var told: [String] = []
    static var hasCaret = false
    static var showsText = false
    static var views = getenv("PROBE_VIEWS") == nil ? [] : View.allCases[...]

    static func main() async {
        let caught = CaughtSignals([SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP])
        caught?.start(on: .main) { signals in
            MainActor.assumeIsolated {
                guard let first = signals.first?.number else { return }
                if first == SIGTSTP { screen?.suspend() } else { end(with: first) }
            }
        }
        // What prints a backtrace takes its time, and then lets the other threads go on.
        signal(SIGBUS) { _ in usleep(200_000) }
        do {
            let theme = getenv("PROBE_THEME").flatMap { ThemeName(rawValue: String(cString: $0)) }
            let screen = try TerminalScreen(
                theme: theme ?? .standard, usesColors: getenv("NO_COLOR") == nil)
            Self.screen = screen
            draw()
            screen.start(receive)
        } catch {
            complain("error: \(error)")
            exit(70)
        }
        await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
    }

    static func receive(_ event: TerminalEvent) {
        switch event {
        case .key(let key): press(key)
        case .paste(let text): told.append("pasted(\(text))")
        case .mouse(let action, let place):
            told.append("\(action) \(place.column),\(place.row)")
        case .resized(let size): told.append("resized \(size.columns)x\(size.rows)")
        case .closed: exit(5)
        case .resumed: told.append("resumed")
        }
        draw()
    }

    static func end(with signal: Int32) {
        screen?.close()
        print("signal \(signal)")
        exit(128 + signal)
    }

    static func press(_ key: Key) {
        switch key {
        case .character("q"):
            screen?.close()
            print("closed")
            exit(3)
        case .character("E"): exit(4)
        case .character("M"): screen?.setMouse(true)
        case .character("N"): screen?.setMouse(false)
        case .character("C"): fatalError("crashed on purpose")
        case .character("A"): crashAside()
        case .character("O"): print(overflow(1))
        case .character("W"): complain("a warning")
        case .character("B"):
            told.append("busy")
            draw()
            // Until the test has typed ahead.
            var count: Int32 = 0
            while ioctl(STDIN_FILENO, UInt(FIONREAD), &count) == 0, count < 3 { usleep(1000) }
            screen?.discardInput()
            told.append("discarded")
        case .character("D"):
            screen?.discardInput()
            told.append("discarded")
        case .character("n") where views.count > 1: views.removeFirst()
        case .character("T"): hasCaret.toggle()
        case .character("V"): showsText.toggle()
        case .character(let character): told.append("\(character)")
        default: told.append("\(key)")
        }
    }

    /// Crashes on another thread, and draws until the program has ended.
    static func crashAside() {
        Thread.detachNewThread { pthread_kill(pthread_self(), SIGBUS) }
        for count in 0... {
            told = ["drawn \(count)"]
            draw()
        }
    }

    static func complain(_ text: String) {
        let bytes = Array("\(text)\n".utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }

    static func overflow(_ depth: Int) -> Int {
        depth == .max ? 0 : overflow(depth + 1) + overflow(depth + 2)
    }

    static func draw() {
        guard let screen else { return }
        if let view = views.first {
            screen.draw(view.canvas(screen.size, screen.glyphs))
            return
        }
        var canvas = Canvas(size: screen.size, glyphs: screen.glyphs)
        canvas.write(
            "probe \(screen.size.columns)x\(screen.size.rows) \(screen.glyphs.rawValue)",
            column: 0, row: 0, style: Style(.title))
        canvas.write("told: " + told.suffix(12).joined(separator: " "), column: 0, row: 1)
        canvas.write("7", column: 0, row: 2, style: Style(.loadHigh, isUnderlined: true))
        canvas.write("v", column: 1, row: 2, style: Style(.toOffline, emphasis: .cursor))
        canvas.write("-", column: 2, row: 2, style: Style(.offline))
        canvas.write("v", column: 3, row: 2, style: Style(.toOffline))
        if showsText {
            canvas.write("東京|", column: 0, row: 3)
            canvas.write("e\u{301}x|", column: 0, row: 4)
            canvas.write("👨‍👩‍👧|", column: 0, row: 5)
            canvas.write("שלום|", column: 0, row: 6)
            canvas.write("a\u{1B}[31mb\u{7}|", column: 0, row: 7)
            canvas.write("▃█·|", column: 0, row: 8)
        }
        canvas.write(
            "corner", column: screen.size.columns - 6, row: screen.size.rows - 1)
        if hasCaret { canvas.caret = Position(column: 5, row: 2) }
        screen.draw(canvas)
    }
}
