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
    public internal(set) var size: Size

    private let screen: OpaquePointer
    let output: TerminalOutput
    private let theme: Theme
    var painter: Painter
    var handler: (TerminalEvent) -> Void = { _ in }
    private var sources: [any DispatchSourceProtocol] = []
    /// Where keys come from; stopped while something waits to be drawn, so that nobody types at a
    /// screen that he does not see.
    private var keys: (any DispatchSourceProtocol)?
    private var areKeysPaused = false
    /// What is to be drawn when the terminal has taken what came before it.
    private var next: Canvas?
    private var discard = Discard.none

    /// What is yet to be done so that nothing counts which was typed before it could be seen to
    /// what.
    private enum Discard {
        case none
        /// Input is thrown away when the next canvas is drawn.
        case due
        /// And once more when the terminal, which made that canvas wait, has taken it.
        case drawn
    }
    /// Where signals come from, a byte each.
    let signals: Int32
    private(set) var isOpen = true
    /// Counts how often input was thrown away, for the loop that hands it on.
    private var discards = 0

    private static let input = STDIN_FILENO
    static let terminal = STDOUT_FILENO
    /// How long a terminal may take for the last of what is drawn.
    static let patience = Duration.milliseconds(250)

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
        paint(canvas)
        balanceKeys()
    }

    private func paint(_ canvas: Canvas) {
        // At the last moment: whatever comes later was typed at what is drawn now.
        if discard == .due { throwInputAway() }
        output.send { painter.paint(canvas, theme: theme) }
        if discard == .due { discard = output.isClear ? .none : .drawn }
    }

    /// Draws the last canvas anew, whatever the terminal shows.
    public func repaint() {
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

    /// Listens to the mouse, or leaves it to the terminal; nothing where it has none.
    public func setMouse(_ isOn: Bool) {
        guard isOpen else { return }
        // At once: waiting whether a press becomes a click would delay the keys too.
        mouseinterval(0)
        let events = ncurses_first_button | ncurses_wheel_up | ncurses_wheel_down
        output.send { mousemask(isOn ? events : 0, nil) }
        balanceKeys()
    }

    /// Throws away what was typed and not yet told of, and what is typed until the canvas that is
    /// drawn next can be seen.
    public func discardInput() {
        guard isOpen else { return }
        discard = .due
        balanceKeys()
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
        // A source that is suspended cannot be given up.
        balanceKeys()
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

    /// Has keys wait for as long as what they are for cannot be seen.
    private func balanceKeys() {
        let mustPause = isOpen && !(output.isClear && discard == .none)
        guard let keys, mustPause != areKeysPaused else { return }
        areKeysPaused = mustPause
        if mustPause {
            keys.suspend()
        } else {
            keys.resume()
            // What ncurses had already read of them would else wait for the next one.
            DispatchQueue.main.async { [weak self] in
                MainActor.assumeIsolated { self?.readKeys() }
            }
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
}
