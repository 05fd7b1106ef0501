internal import CNcurses
internal import CTerminalGuard
public import Dashboard
internal import Dispatch
internal import Glibc

/// The terminal as a screen: draws canvases on it, and tells of keys, signals and sizes.
///
/// There is one at a time, since there is one terminal. While nothing happens it does nothing.
@MainActor
public final class TerminalScreen {
    /// Which characters the terminal can show, by the locale.
    public let glyphs: GlyphSet
    /// How large the terminal is.
    public private(set) var size: Size

    private let screen: OpaquePointer
    private let theme: Theme
    private var painter = Painter()
    private var handler: (TerminalEvent) -> Void = { _ in }
    private var sources: [any DispatchSourceProtocol] = []
    /// Where signals come from, a byte each.
    private let signals: Int32
    private var isOpen = true
    /// Counts how often input was thrown away, for the loop that hands it on.
    private var discards = 0

    private static let input = STDIN_FILENO
    private static let output = STDOUT_FILENO

    /// Takes the terminal over.
    ///
    /// - Parameters:
    ///   - themeName: Which colours to use.
    ///   - usesColors: False where somebody wants none.
    /// - Throws: `TerminalError`; the terminal is as it was then.
    public init(
        theme themeName: ThemeName = .standard, usesColors: Bool = true
    ) throws(TerminalError) {
        guard isatty(Self.input) == 1, isatty(Self.output) == 1 else { throw .notATerminal }
        let name = getenv("TERM").map { String(cString: $0) } ?? ""
        setlocale(LC_CTYPE, "")
        glyphs = String(cString: nl_langinfo(Int32(CODESET))) == "UTF-8" ? .unicode : .ascii
        // `newterm` changes the terminal at once: what it needs is asked for before.
        var status: Int32 = 0
        guard setupterm(nil, Self.output, &status) == OK else { throw .unknownTerminal(name) }
        guard ncurses_string("cup") != nil else { throw .cannotMoveCursor(name) }
        let restore = Self.restoreText
        guard terminal_guard_begin(Self.output, restore, restore.count) else {
            throw .notATerminal
        }
        // Before ncurses, which handles only what nobody else does.
        signals = terminal_guard_catch_signals(Self.caught, Self.caught.count)
        set_escdelay(25)
        guard signals >= 0, let screen = ncurses_newterm() else {
            terminal_guard_release_signals()
            terminal_guard_end()
            throw .cannotStart
        }
        self.screen = screen
        cbreak()
        noecho()
        nonl()
        intrflush(stdscr, false)
        keypad(stdscr, true)
        nodelay(stdscr, true)
        curs_set(0)
        theme = Theme(themeName, usesColors: usesColors)
        size = Self.currentSize
    }

    /// Begins to tell of what happens.
    ///
    /// - Parameter handler: Called on the main actor for each event, one after the other, in the
    ///   order that they happened.
    public func start(_ handler: @escaping @MainActor (TerminalEvent) -> Void) {
        guard isOpen, sources.isEmpty else { return }
        self.handler = handler
        listen(to: Self.input) { $0.readKeys() }
        listen(to: signals) { $0.readSignals() }
    }

    private func listen(to file: Int32, _ read: @escaping @MainActor (TerminalScreen) -> Void) {
        let source = DispatchSource.makeReadSource(fileDescriptor: file, queue: .main)
        source.setEventHandler { [weak self] in
            MainActor.assumeIsolated {
                // The main actor is at home on no thread.
                terminal_guard_cover_thread()
                if let self { read(self) }
            }
        }
        sources.append(source)
        source.activate()
    }

    /// Draws a canvas; only what differs from the last one is sent.
    public func draw(_ canvas: Canvas) {
        guard isOpen else { return }
        painter.paint(canvas, theme: theme)
    }

    /// Draws the last canvas anew, whatever the terminal shows.
    public func repaint() {
        guard isOpen else { return }
        painter.repaint(theme: theme)
    }

    /// Listens to the mouse, or leaves it to the terminal; nothing where it has none.
    public func setMouse(_ isOn: Bool) {
        guard isOpen else { return }
        // At once: waiting whether a press becomes a click would delay the keys too.
        mouseinterval(0)
        let events = ncurses_first_button | ncurses_wheel_up | ncurses_wheel_down
        mousemask(isOn ? events : 0, nil)
    }

    /// Throws away what was typed and not yet told of.
    public func discardInput() {
        guard isOpen else { return }
        discards += 1
        flushinp()
    }

    /// Gives the terminal back; nothing is drawn or told of any more.
    public func close() {
        guard isOpen else { return }
        isOpen = false
        for source in sources { source.cancel() }
        sources = []
        handler = { _ in }
        endwin()
        delscreen(screen)
        terminal_guard_release_signals()
        terminal_guard_end()
    }
}

extension TerminalScreen {
    // MARK: Keys

    private func readKeys() {
        let discardsBefore = discards
        var isEmpty = true
        var code: wint_t = 0
        while isOpen, discards == discardsBefore {
            let kind = get_wch(&code)
            guard kind != ERR else { break }
            isEmpty = false
            if kind == KEY_CODE_YES, Int32(bitPattern: code) == KEY_MOUSE {
                readMouse()
                continue
            }
            if let key = Key(code: code, isFunction: kind == KEY_CODE_YES) {
                handler(.key(key))
            }
        }
        guard isEmpty, isOpen, discards == discardsBefore, Self.isInputClosed else { return }
        // A closed terminal can be read from for ever: it would never be idle again.
        sources.first?.cancel()
        handler(.closed)
    }

    private func readMouse() {
        var event = MEVENT()
        guard getmouse(&event) == OK else { return }
        let place = Position(column: Int(event.x), row: Int(event.y))
        if event.bstate & ncurses_wheel_up != 0 {
            handler(.mouse(.wheelUp, place))
        } else if event.bstate & ncurses_wheel_down != 0 {
            handler(.mouse(.wheelDown, place))
        } else if event.bstate & ncurses_first_button != 0 {
            handler(.mouse(.press, place))
        }
    }

    /// Whether the input has ended: it can be read from, and there is nothing to read.
    private static var isInputClosed: Bool {
        var state = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
        guard poll(&state, 1, 0) == 1 else { return false }
        if Int32(state.revents) & (POLLHUP | POLLERR | POLLNVAL) != 0 { return true }
        var count: Int32 = 0
        return ioctl(input, UInt(FIONREAD), &count) == 0 && count == 0
    }

    // MARK: Signals

    private static let caught = [
        SIGWINCH, SIGTSTP, SIGCONT, SIGTERM, SIGINT, SIGHUP, SIGQUIT,
    ]

    private func readSignals() {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(signals, &bytes, bytes.count)
        guard count > 0 else { return }
        // A storm of resizes is one resize.
        var handled: Set<UInt8> = []
        for byte in bytes[..<count] where handled.insert(byte).inserted { take(Int32(byte)) }
    }

    private func take(_ signal: Int32) {
        guard isOpen else { return }
        switch signal {
        case SIGWINCH: takeSize()
        case SIGTSTP: suspend()
        case SIGCONT: resume()
        default: handler(.signal(signal))
        }
    }

    private func takeSize() {
        let new = Self.currentSize
        guard new != size else { return }
        size = new
        resizeterm(Int32(new.rows), Int32(new.columns))
        painter.forget()
        handler(.resized(new))
    }

    private static var currentSize: Size {
        var window = winsize()
        let isKnown = ioctl(output, UInt(TIOCGWINSZ), &window) == 0
        guard isKnown, window.ws_col > 0, window.ws_row > 0 else {
            return Size(columns: Int(COLS), rows: Int(LINES))
        }
        return Size(columns: Int(window.ws_col), rows: Int(window.ws_row))
    }

    /// Stops the program as Ctrl-Z asks, with the terminal given back meanwhile.
    public func suspend() {
        // Nobody could wake the program up who is not in its session.
        guard isOpen, getsid(getppid()) == getsid(0) else { return }
        def_prog_mode()
        endwin()
        terminal_guard_hold_errors(false)
        // To this very thread: any other might take the signal after this one has gone on.
        raise(SIGSTOP)
        resume()
    }

    private func resume() {
        terminal_guard_hold_errors(true)
        reset_prog_mode()
        takeSize()
        painter.repaint(theme: theme)
        handler(.resumed)
    }

    // MARK: Restoring

    /// What leaves the screen as ncurses would: attributes off, cursor on, keypad as it was, and
    /// back to the lines of before.
    private static var restoreText: [CChar] {
        var text: [CChar] = []
        for name in ["sgr0", "cnorm", "rmkx", "rmcup"] {
            guard let sequence = ncurses_string(name) else { continue }
            text += withoutPadding(String(cString: sequence)).utf8.map(CChar.init(bitPattern:))
        }
        // A terminal with a mouse would go on to tell the shell of it.
        if ncurses_string("kmous") != nil {
            text += "\u{1B}[?1006l\u{1B}[?1000l".utf8.map(CChar.init(bitPattern:))
        }
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
