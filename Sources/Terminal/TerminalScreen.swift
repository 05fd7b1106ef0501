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
    /// Which characters the terminal can show, by the locale and by what is known of it.
    public let glyphs: GlyphSet
    /// How large the terminal is.
    public private(set) var size: Size

    private let screen: OpaquePointer
    private let output: TerminalOutput
    private let theme: Theme
    private var painter: Painter
    private var handler: (TerminalEvent) -> Void = { _ in }
    private var sources: [any DispatchSourceProtocol] = []
    /// Where keys come from; stopped while something waits to be drawn, so that nobody types at a
    /// screen that he does not see.
    private var keys: (any DispatchSourceProtocol)?
    private var areKeysPaused = false
    /// What is to be drawn when the terminal has taken what came before it.
    private var next: Canvas?
    /// Whether input is to be thrown away once more, should what is drawn next have to wait.
    private var isDiscardDue = false
    /// Where signals come from, a byte each.
    private let signals: Int32
    private var isOpen = true
    /// Counts how often input was thrown away, for the loop that hands it on.
    private var discards = 0

    private static let input = STDIN_FILENO
    private static let terminal = STDOUT_FILENO
    /// How long a terminal may take for the last of what is drawn.
    private static let patience = Duration.milliseconds(250)

    /// Takes the terminal over.
    ///
    /// - Parameters:
    ///   - themeName: Which colours to use.
    ///   - usesColors: False where somebody wants none.
    /// - Throws: `TerminalError`; the terminal is as it was then.
    public init(
        theme themeName: ThemeName = .standard, usesColors: Bool = true
    ) throws(TerminalError) {
        guard isatty(Self.input) == 1, isatty(Self.terminal) == 1 else { throw .notATerminal }
        let name = getenv("TERM").map { String(cString: $0) } ?? ""
        setlocale(LC_CTYPE, "")
        glyphs = Self.glyphs(of: name)
        // `newterm` changes the terminal at once: what it needs is asked for before.
        var status: Int32 = 0
        guard setupterm(nil, Self.terminal, &status) == OK else { throw .unknownTerminal(name) }
        guard ncurses_string("cup") != nil else { throw .cannotMoveCursor(name) }
        let restore = Self.restoreText
        guard terminal_guard_begin(Self.terminal, restore, restore.count) else {
            throw .notATerminal
        }
        // Before ncurses, which handles only what nobody else does.
        signals = terminal_guard_catch_signals(Self.caught, Self.caught.count)
        set_escdelay(25)
        guard signals >= 0, let output = TerminalOutput(to: Self.terminal) else {
            terminal_guard_release_signals()
            terminal_guard_end()
            throw .cannotStart
        }
        guard let screen = ncurses_newterm(output.stream) else {
            output.close()
            terminal_guard_release_signals()
            terminal_guard_end()
            throw .cannotStart
        }
        self.output = output
        self.screen = screen
        cbreak()
        noecho()
        nonl()
        intrflush(stdscr, false)
        keypad(stdscr, true)
        nodelay(stdscr, true)
        // A frame is sent whole: what is pressed meanwhile comes after it.
        typeahead(-1)
        painter = Painter(canHideCursor: ncurses_string("civis") != nil)
        theme = Theme(themeName, usesColors: usesColors)
        size = Self.currentSize
        output.send { curs_set(0) }
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
    public func start(_ handler: @escaping @MainActor (TerminalEvent) -> Void) {
        guard isOpen, sources.isEmpty else { return }
        self.handler = handler
        keys = listen(to: Self.input) { $0.readKeys() }
        _ = listen(to: signals) { $0.readSignals() }
    }

    private func listen(
        to file: Int32, _ read: @escaping @MainActor (TerminalScreen) -> Void
    ) -> any DispatchSourceProtocol {
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
        return source
    }

    /// Draws a canvas; only what differs from the last one is sent.
    ///
    /// Where the terminal has not yet taken what was drawn before, the latest canvas is drawn when
    /// it has; those in between are not.
    public func draw(_ canvas: Canvas) {
        guard isOpen else { return }
        guard output.isClear else {
            next = canvas
            return
        }
        output.send { painter.paint(canvas, theme: theme) }
        settle()
    }

    /// Draws the last canvas anew, whatever the terminal shows.
    public func repaint() {
        guard isOpen else { return }
        output.send { painter.repaint(theme: theme) }
        settle()
    }

    /// Looks whether what was drawn has been sent.
    private func settle() {
        if output.isClear {
            isDiscardDue = false
        } else {
            pauseKeys()
        }
    }

    /// The terminal takes something again.
    private func goOn() {
        guard isOpen else { return }
        if let canvas = next {
            next = nil
            output.send { painter.paint(canvas, theme: theme) }
        }
        guard output.isClear else { return }
        if isDiscardDue {
            isDiscardDue = false
            throwInputAway()
        }
        resumeKeys()
    }

    /// Listens to the mouse, or leaves it to the terminal; nothing where it has none.
    public func setMouse(_ isOn: Bool) {
        guard isOpen else { return }
        // At once: waiting whether a press becomes a click would delay the keys too.
        mouseinterval(0)
        let events = ncurses_first_button | ncurses_wheel_up | ncurses_wheel_down
        output.send { mousemask(isOn ? events : 0, nil) }
        settle()
    }

    /// Throws away what was typed and not yet told of; where the terminal makes the next canvas
    /// wait, also what is typed until that can be seen.
    public func discardInput() {
        guard isOpen else { return }
        isDiscardDue = true
        throwInputAway()
    }

    private func throwInputAway() {
        discards += 1
        flushinp()
    }

    /// Gives the terminal back; nothing is drawn or told of any more.
    public func close() {
        guard isOpen else { return }
        isOpen = false
        resumeKeys()
        for source in sources { source.cancel() }
        sources = []
        keys = nil
        handler = { _ in }
        output.send { endwin() }
        if !output.finish(within: Self.patience) {
            output.send(Self.restoreText.map(UInt8.init(bitPattern:)))
        }
        terminal_guard_restore_modes()
        delscreen(screen)
        output.close()
        terminal_guard_release_signals()
        terminal_guard_end()
    }
}

extension TerminalScreen {
    // MARK: Keys

    private func pauseKeys() {
        guard !areKeysPaused, let keys else { return }
        areKeysPaused = true
        keys.suspend()
    }

    private func resumeKeys() {
        guard areKeysPaused, let keys else { return }
        areKeysPaused = false
        keys.resume()
        // What ncurses had already read of them would else wait for the next one.
        DispatchQueue.main.async { [weak self] in
            MainActor.assumeIsolated { self?.readKeys() }
        }
    }

    private func readKeys() {
        guard isOpen, !areKeysPaused else { return }
        let discardsBefore = discards
        var isEmpty = true
        var code: wint_t = 0
        while isOpen, discards == discardsBefore, !areKeysPaused {
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
        keys?.cancel()
        handler(.closed)
    }

    private func readMouse() {
        // What has come together ncurses tells of as one key, the latest first.
        var events: [MEVENT] = []
        var event = MEVENT()
        while getmouse(&event) == OK { events.append(event) }
        for event in events.reversed() where isOpen { tell(of: event) }
    }

    private func tell(of event: MEVENT) {
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
        let isKnown = ioctl(terminal, UInt(TIOCGWINSZ), &window) == 0
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
        _ = output.finish(within: Self.patience)
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
        repaint()
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
