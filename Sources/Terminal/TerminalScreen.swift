internal import CNcurses
internal import CTerminalGuard
package import CanvasKit
internal import Dispatch
internal import Glibc

/// The terminal as a screen: draws canvases on it, and reports keys, signals and sizes.
///
/// There is one at a time, since there is one terminal. While nothing happens it does nothing.
@MainActor
package final class TerminalScreen {
    /// Which characters the terminal can show, by the locale and by what is known of it.
    package let glyphs: GlyphSet
    /// How large the terminal is.
    package internal(set) var size: Size

    private let screen: OpaquePointer
    let output: TerminalOutput
    private let theme: Theme
    var painter: Painter
    var handler: (TerminalEvent) -> Void = { _ in }
    private var sources: [any DispatchSourceProtocol] = []
    /// The input; stopped while something waits to be drawn: the user must not type at a screen
    /// that cannot be seen.
    var keys: (any DispatchSourceProtocol)?
    var areKeysPaused = false
    var decoder = InputDecoder()
    /// What was decoded and not yet handed on.
    var decoded: [InputEvent] = []
    /// Ends a sequence that does not go on.
    var pauseTimer: (any DispatchSourceTimer)?
    /// Whether the terminal was asked to report the mouse.
    var reportsMouse = false
    /// What is to be drawn when the terminal has taken what came before it.
    private var next: Canvas?
    var discard = Discard.none

    /// Pending flushes: keys typed before the user could see the screen must not count.
    enum Discard {
        case none
        /// Input is thrown away when the next canvas is drawn.
        case due
        /// And once more when the terminal, which made that canvas wait, has taken it.
        case drawn
    }
    private let signals: CaughtSignals
    private(set) var isOpen = true

    static let input = STDIN_FILENO
    static let terminal = STDOUT_FILENO
    /// How long a terminal may take for the last of what is drawn.
    static let patience = Duration.milliseconds(250)

    /// Takes the terminal over.
    ///
    /// - Parameters:
    ///   - themeName: Which colours to use.
    ///   - usesColors: False where colours are switched off.
    /// - Throws: `TerminalError`; the terminal is as it was then.
    package init(
        theme themeName: ThemeName = .standard, usesColors: Bool = true
    ) throws(TerminalError) {
        guard isatty(Self.input) == 1, isatty(Self.terminal) == 1 else { throw .notATerminal }
        let name = getenv("TERM").map { String(cString: $0) } ?? ""
        setlocale(LC_CTYPE, "")
        glyphs = Self.glyphs(of: name)
        Self.chooseSize()
        // `newterm` changes the terminal at once: what it needs is asked for before.
        var status: Int32 = 0
        guard setupterm(nil, Self.terminal, &status) == OK else { throw .unknownTerminal(name) }
        guard ncurses_string("cup") != nil else { throw .cannotMoveCursor(name) }
        let restore = Self.restoreText
        guard terminal_guard_begin(Self.terminal, restore, restore.count) else {
            throw .notATerminal
        }
        // Before ncurses, which leaves signals alone that have a handler.
        guard let signals = CaughtSignals(Self.caught) else {
            terminal_guard_end()
            throw .cannotStart
        }
        self.signals = signals
        guard let output = TerminalOutput(to: Self.terminal) else {
            signals.release()
            terminal_guard_end()
            throw .cannotStart
        }
        guard let screen = ncurses_newterm(output.stream) else {
            output.close()
            signals.release()
            terminal_guard_end()
            throw .cannotStart
        }
        self.output = output
        self.screen = screen
        cbreak()
        noecho()
        nonl()
        intrflush(stdscr, false)
        // A frame is sent whole: what is pressed meanwhile comes after it.
        typeahead(-1)
        painter = Painter(canHideCursor: ncurses_string("civis") != nil)
        theme = Theme(themeName, usesColors: usesColors)
        size = Self.currentSize
        output.send { curs_set(0) }
        enterModes()
        output.onClear = { [weak self] in self?.goOn() }
    }

    /// What can be shown on a terminal of this name.
    ///
    /// The fonts of the Linux console have no bars of eighths.
    private static func glyphs(of name: String) -> GlyphSet {
        let isUnicode = String(cString: nl_langinfo(Int32(CODESET))) == "UTF-8"
        return isUnicode && name.prefix { $0 != "-" } != "linux" ? .unicode : .ascii
    }

    /// Begins to tell of what happens.
    ///
    /// - Parameter handler: Called on the main actor for each event, one after the other, in the
    ///   order that they happened.
    package func start(_ handler: @escaping @MainActor (TerminalEvent) -> Void) {
        guard isOpen, sources.isEmpty else { return }
        self.handler = handler
        keys = listen(to: Self.input) { $0.readInput() }
        signals.start(on: .main) { [weak self] signals in
            MainActor.assumeIsolated {
                terminal_guard_cover_thread()
                self?.handle(signals)
            }
        }
    }

    private func listen(
        to file: Int32, _ read: @escaping @MainActor (TerminalScreen) -> Void
    ) -> any DispatchSourceProtocol {
        let source = DispatchSource.makeReadSource(fileDescriptor: file, queue: .main)
        source.setEventHandler { [weak self] in
            MainActor.assumeIsolated {
                // The main actor may run on any thread, so cover the current one.
                terminal_guard_cover_thread()
                if let self { read(self) }
            }
        }
        sources.append(source)
        source.activate()
        return source
    }

    /// Draws a canvas; only what differs from the last one is sent.
    ///
    /// Where the terminal has not yet taken what was drawn before, the latest canvas is drawn when
    /// it has; those in between are not.
    package func draw(_ canvas: Canvas) {
        guard isOpen else { return }
        guard output.isClear else {
            next = canvas
            return
        }
        paint(canvas)
        balanceKeys()
    }

    private func paint(_ canvas: Canvas) {
        // At the last moment: whatever comes later was typed at what is drawn now.
        if discard == .due { throwInputAway() }
        output.send { painter.paint(canvas, theme: theme) }
        if discard == .due { discard = output.isClear ? .none : .drawn }
    }

    /// Repaints the last canvas, whatever the terminal shows.
    package func repaint() {
        guard isOpen else { return }
        output.send { painter.repaint(theme: theme) }
        balanceKeys()
    }

    /// The terminal takes something again.
    private func goOn() {
        guard isOpen else { return }
        if let canvas = next {
            next = nil
            paint(canvas)
        }
        if output.isClear, discard == .drawn {
            throwInputAway()
            discard = .none
        }
        balanceKeys()
    }

    /// Discards keys that were typed and not reported yet, and those that are typed until the next
    /// canvas can be seen.
    package func discardInput() {
        guard isOpen else { return }
        discard = .due
        balanceKeys()
        throwInputAway()
    }

    private func throwInputAway() {
        tcflush(Self.input, TCIFLUSH)
        decoded = []
        // Not the decoder's state: the rest of a sequence may be on its way.
        decoder.drop()
    }

    /// Gives the terminal back; nothing is drawn or reported any more.
    package func close() {
        guard isOpen else { return }
        isOpen = false
        // A source that is suspended cannot be given up.
        balanceKeys()
        pauseTimer?.cancel()
        for source in sources { source.cancel() }
        sources = []
        keys = nil
        handler = { _ in }
        leaveModes()
        output.send { endwin() }
        if !output.finish(within: Self.patience) {
            output.send(Self.restoreText.map(UInt8.init(bitPattern:)))
        }
        terminal_guard_restore_modes()
        delscreen(screen)
        output.close()
        signals.release()
        terminal_guard_end()
    }
}
