internal import CanvasKit
internal import Dashboard
internal import Dispatch
internal import Glibc
internal import GuestVCPU
internal import Journal
internal import Monitoring
internal import SafeText
internal import Terminal

/// The dashboard at work: hands what happens to the model, does what the model wants, draws it.
@MainActor
final class DashboardSession {
    private let fleet: FleetMonitor
    private let screen: TerminalScreen
    private var model: Model
    private var commits: [GuestID: Task<TransactionResult, Never>] = [:]
    /// The journal; nil where nothing is recorded, as of simulated guests.
    private let trail: DashboardTrail?
    private var trailReading: Task<Void, Never>?
    private var news: JournalNews?
    /// Where the user's choices are saved; nil where they are not.
    private let configuration: SavedConfiguration?
    /// What only watches writes nothing.
    private let isReadOnly: Bool
    private let interrupts: Interrupts
    private let interruption = Interruption()
    private let orders: AsyncStream<@Sendable (FleetMonitor) async -> Void>.Continuation
    private var ending: AsyncStream<Int32?>.Continuation?
    private var isDrawDue = false
    /// The time on the clock of the last frame: ages and clock are drawn again once a second.
    private var drawnClock = ""
    /// Whether the terminal is the dashboard's; false once it has been given back for good.
    private var isShown = true
    private var ticker: Task<Void, Never>?
    private var stopping: Task<Void, Never>?

    /// Takes the terminal over.
    ///
    /// - Parameters:
    ///   - options: What the terminal and `look` do not decide.
    ///   - journal: Where changes are recorded; nil for no record.
    ///   - configuration: Where the user's choices are saved; nil where they are not.
    /// - Throws: `TerminalError`; the terminal is as it was then.
    init(
        fleet: FleetMonitor, options: Options, look: Look, journal: Journal?,
        configuration: SavedConfiguration?
    ) throws(TerminalError) {
        self.fleet = fleet
        trail = journal.map { DashboardTrail(of: $0) }
        self.configuration = configuration
        isReadOnly = options.isReadOnly
        // Before there is a screen: however the program ends, it gives the terminal back.
        interrupts = Interrupts(holdsStop: true)
        screen = try TerminalScreen(theme: look.theme, usesColors: look.usesColors)
        var options = options
        options.configurationFile = configuration?.path.printable(limit: 200)
        options.glyphs = look.ascii ? .ascii : screen.glyphs
        options.usesMouse = look.mouse
        model = Model(options: options, size: screen.size)
        screen.setMouse(look.mouse)
        let (stream, orders) = AsyncStream<@Sendable (FleetMonitor) async -> Void>.makeStream()
        self.orders = orders
        // One after the other, so that a pause and its end do not overtake each other.
        Task { for await order in stream { await order(fleet) } }
    }

    /// Runs until the user or a signal ends it.
    ///
    /// The terminal is given back at once then; changes under way are finished or undone before
    /// this returns, and a line says which. Signals are held back until the program exits.
    ///
    /// - Returns: The first signal, if one came.
    func run() async -> Int32? {
        let (endings, ending) = AsyncStream<Int32?>.makeStream()
        self.ending = ending
        interrupts.begin { [weak self] in
            Task { @MainActor in self?.stop() }
        } onFirst: { number in
            ending.yield(number)
        }
        screen.start { [weak self] in self?.receive($0) }
        draw()
        let fleet = fleet
        await fleet.start()
        news = trail.map { trail in
            JournalNews(of: trail.journal, makesFolder: !isReadOnly) { [weak self] in
                self?.readTrail(beforeChange: false)
            }
        }
        readTrail(beforeChange: false)
        let reader = Task {
            await FleetRelay().run(fleet) { [weak self] in self?.handle(.fleet($0)) }
        }
        var end: Int32?
        for await first in endings {
            end = first
            break
        }
        interruption.request()
        isShown = false
        screen.close()
        ticker?.cancel()
        reader.cancel()
        news?.end()
        await finishCommits()
        orders.finish()
        await fleet.stop()
        return interrupts.first ?? end
    }

    // MARK: - What happens

    private func receive(_ event: TerminalEvent) {
        switch event {
        // What is typed after Ctrl-Z is meant for the shell.
        case .key where stopping != nil, .paste where stopping != nil, .mouse where stopping != nil:
            break
        case .key(let key): handle(.key(key))
        case .paste(let text): handle(.paste(text))
        case .mouse(let action, let place): handle(.mouse(action, place))
        case .resized(let size): handle(.resized(size))
        case .closed: ending?.yield(SIGHUP)
        case .resumed: drawSoon()
        }
    }

    private func handle(_ event: Event) {
        let now = Self.now
        for effect in model.update(event, at: now) { perform(effect) }
        if model.mayLookDifferent || now.clock != drawnClock { drawSoon() }
    }

    private func perform(_ effect: Effect) {
        switch effect {
        case .commit(let order): commit(order)
        case .readTrail(let isBeforeChange): readTrail(beforeChange: isBeforeChange)
        case .recordFound(let id, let reading): recordFound(id, reading)
        case .setVisible(let guests): orders.yield { await $0.show(Set(guests)) }
        case .refresh(let guests): orders.yield { await $0.refresh(guests) }
        case .diagnose(let guest): diagnose(guest)
        case .setPaused(let isPaused): orders.yield { await $0.setPaused(isPaused) }
        case .setInterval(let interval): orders.yield { await $0.setInterval(interval) }
        case .setTicking(let isOn): setTicking(isOn)
        case .setMouse(let isOn): screen.setMouse(isOn)
        case .save(let settings): save(settings)
        case .discardTypedInput: screen.discardInput()
        case .repaint: screen.repaint()
        case .quit: ending?.yield(nil)
        }
    }

    private func diagnose(_ guest: GuestID) {
        let doctor = Doctor(fleet: fleet)
        Task { [weak self] in
            let diagnosis = await doctor.diagnosis(ofFresh: guest)
            self?.handle(.diagnosed(guest, diagnosis))
        }
    }

    private func setTicking(_ isOn: Bool) {
        ticker?.cancel()
        ticker = nil
        guard isOn else { return }
        ticker = Task { [weak self] in
            while true {
                try? await Task.sleep(for: .seconds(1), clock: .continuous)
                guard !Task.isCancelled, let self else { return }
                self.handle(.tick)
            }
        }
    }

    private func readTrail(beforeChange: Bool) {
        guard let trail else { return }
        let earlier = trailReading
        trailReading = Task { [weak self] in
            // An older state of the journal must not replace a newer one.
            await earlier?.value
            // First: what is written while it is read is news.
            await self?.news?.begin()
            let read = await trail.read(triesWriting: beforeChange)
            self?.handle(.trail(read))
        }
    }

    private func recordFound(_ id: ChangeID, _ reading: GuestVCPUs) {
        guard let journal = trail?.journal else { return }
        // Where that fails, the next start tells of the change again.
        Task { try? await journal.recordFound(id, reading) }
    }

    private func save(_ settings: [ChosenSetting]) {
        guard let configuration else { return handle(.saved(.failed("there is no file"))) }
        Task { handle(.saved(await configuration.save(settings))) }
    }

    private func commit(_ order: ChangeOrder) {
        let id = order.guest
        let journal =
            order.isRecorded ? trail?.journal.changes(of: id, reverting: order.reverts) : nil
        let fleet = fleet
        let interruption = interruption
        interrupts.changeBegins()
        commits[id] = Task {
            let result = await fleet.commit(
                order.request, to: id, reviewed: order.reviewed, policy: order.policy,
                journal: journal, interruption: interruption,
                // No step waits for the screen, whatever holds that up.
                follow: { [weak self] step in
                    Task { @MainActor in self?.handle(.step(id, step)) }
                })
            let end =
                result
                ?? TransactionResult(
                    request: order.request, outcome: .refused,
                    reasons: [Refusal(vcpu: nil, code: .readOnly)])
            commits[id] = nil
            handle(.finished(id, end))
            return end
        }
    }

    // MARK: - Ctrl-Z

    /// Stops the program when nothing is under way: a stopped program would keep its agents'
    /// sockets from every other client, and a guest half-changed.
    private func stop() {
        guard isShown else {
            if !commits.isEmpty {
                Diagnostics.note("not stopped: what is under way ends first", within: .seconds(1))
            }
            return
        }
        guard stopping == nil else { return }
        stopping = Task {
            while let underWay = commits.first {
                handle(.stopPending(commits.keys.sorted { $0.name < $1.name }))
                _ = await underWay.value.value
            }
            handle(.stopPending([]))
            await fleet.setQuiet(true)
            screen.suspend()
            // In the same turn: what is pressed at the screen that is back must count.
            stopping = nil
            await fleet.setQuiet(false)
        }
    }

    // MARK: - The end

    private func finishCommits() async {
        let underWay = commits.sorted { $0.key.name < $1.key.name }
        guard !underWay.isEmpty else { return interrupts.noticeWritten() }
        let names = underWay.map { "'\(model.shortName(of: $0.key))'" }.joined(separator: ", ")
        Diagnostics.note(
            "the change of \(names) is finished or undone first; interrupt to end at once",
            within: .seconds(1))
        interrupts.noticeWritten()
        for (id, task) in underWay {
            let (name, result) = (model.shortName(of: id), await task.value)
            let text = TransactionText(guest: name, result: result)
            OutcomeReport.write(text.line, text.failure)
            OutcomeReport.writeUnrecorded(name, result)
        }
    }

    // MARK: - Drawing

    /// Draws once for all that happens in one turn of the main queue.
    private func drawSoon() {
        guard !isDrawDue else { return }
        isDrawDue = true
        Task { draw() }
    }

    private func draw() {
        isDrawDue = false
        let now = Self.now
        drawnClock = now.clock
        screen.draw(model.render(at: now))
    }

    private static var now: Moment { Moment(.now, clock: wallClock) }

    private static var wallClock: String {
        var now = time(nil)
        var parts = tm()
        localtime_r(&now, &parts)
        return [parts.tm_hour, parts.tm_min, parts.tm_sec]
            .map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }
}
