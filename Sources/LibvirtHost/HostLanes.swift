internal import Concurrency
internal import GuestVCPU

/// The connections to one host (lanes). Each carries one call at a time.
///
/// A call that does not return keeps its connection, and other calls use other connections.
/// `LaneTable` decides which call runs on which lane.
actor HostLanes {
    /// A change that affects later calls.
    enum Event: Sendable {
        /// These guests (UUIDs) can be asked again.
        case ready(Set<String>)
        /// `trouble` has changed.
        case trouble
    }

    /// How long calls wait.
    struct Patience: Sendable {
        /// The deadline for opening a connection.
        var opening = Duration.seconds(10)
        /// The wait for one of a few lanes, before one more is opened.
        var fewLanes: Duration
        /// Whether a call fails when its turn does not come within its timeout.
        ///
        /// A command that asks each guest once lets calls wait longer.
        var leavesOut = true
    }

    private let opener: ConnectionOpener
    let patience: Patience
    let memory: HungGuests?
    var table: LaneTable
    var lanes: [Int: Lane] = [:]
    private var mainLane: Int?
    private var isReadOnly = false
    private var domainIDs: [String: UInt32] = [:]
    var waiting = LaneQueue()
    /// The timer of the waiting calls.
    var alarm: (at: ContinuousClock.Instant, task: Task<Void, Never>)?
    private var lastCall = 0
    /// The guests that calls in flight have claimed.
    private var claims: [Int: String] = [:]
    /// Why no agent can be asked at all; nil when agents can be asked.
    var obstacle: AgentError? = AgentError(.disconnected, "not connected yet")
    /// Guests whose calls our own limits refused.
    var turnedAway: Set<String> = []
    private var openingError: String?
    var report: (@Sendable (Event) -> Void)?

    /// - Parameters:
    ///   - opener: Opens connections.
    ///   - patience: How long calls wait; nil for the defaults of the kind of connection.
    ///   - memory: Remembers across runs which guests hang; nil for no memory.
    init(_ opener: ConnectionOpener, patience: Patience? = nil, memory: HungGuests? = nil) {
        self.opener = opener
        self.memory = memory
        self.patience = patience ?? Patience(opener)
        table = LaneTable(opener.usesSSH ? .ssh : .local)
    }

    /// Sets or clears the reason why no agent can be asked; a reason also fails the waiting calls.
    func setObstacle(_ error: AgentError?) {
        obstacle = error
        if error != nil { waiting.stopAgentCalls() }
    }

    /// Sets the function that gets each event.
    func onEvent(_ report: @escaping @Sendable (Event) -> Void) {
        self.report = report
    }

    /// Checks that this guest's agent can be asked now.
    func check(_ guest: String) throws(AgentError) {
        if let obstacle { throw obstacle }
        if table.isHeld(guest) { throw AgentError(LaneError.earlierCallHeld, asked: .read) }
    }

    /// The current problems of the connections.
    var trouble: Trouble {
        Trouble(heldHostCalls: table.heldHostCalls, openingError: openingError)
    }

    /// How many calls wait for a lane.
    var waitingCount: Int { waiting.count }

    /// How long and how often to retry a claim while another run has it.
    private static let claimPatience = Duration.seconds(30)
    private static let claimPause = Duration.milliseconds(50)
    /// How long calls to hung guests wait before the first one starts, so that they can be sorted.
    static let probePause = Duration.milliseconds(20)

    // MARK: - Connections

    /// Adds an open connection as the main lane, until `dropMain` or `releaseMain`.
    func addMain(_ connection: any LibvirtConnection, isReadOnly: Bool) {
        self.isReadOnly = isReadOnly
        let number = table.addMain()
        lanes[number] = Lane(connection)
        mainLane = number
        retryWaiting()
    }

    /// Removes the main lane.
    func dropMain() {
        guard let mainLane else { return }
        table.remove(lane: mainLane)
        lanes[mainLane] = nil
        self.mainLane = nil
    }

    /// Turns the main lane into an ordinary one.
    func releaseMain() {
        table.releaseMain()
        mainLane = nil
    }

    /// Closes the lanes that carry no call.
    func closeIdle() {
        for lane in table.removeIdle() { lanes.removeValue(forKey: lane)?.close() }
    }

    /// Records which domains run, and loads which of them hang in calls of other runs.
    func setDomains(_ domains: [Domain]) async {
        let ids = Dictionary(domains.map { ($0.uuid, $0.id) }) { first, _ in first }
        // A domain that has restarted has no hung call any more.
        for (guest, id) in domainIDs where ids[guest] != id { table.forget(guest) }
        domainIDs = ids
        guard let memory else { return }
        let known = await memory.load(domains)
        table.remember(known.guests.filter { !table.isHeld($0) })
        guard let pause = known.pauseBeforeProbe else { return }
        table.isProbedElsewhere = true
        Task {
            try? await Task.sleep(for: pause, clock: .continuous)
            table.isProbedElsewhere = false
            callsChanged(isProof: true)
        }
    }

    // MARK: - Calls

    /// Makes a call when its turn comes.
    ///
    /// - Parameters:
    ///   - timeout: How long the call may take, its wait for a lane aside.
    ///   - call: Makes the call; blocks.
    func call<T: Sendable>(
        _ purpose: LaneCall, timeout: Duration,
        _ call: @escaping @Sendable (any LibvirtConnection) throws(LibvirtError) -> T
    ) async throws(LaneError) -> T {
        // Retry once: a connection can have been lost since its last call.
        for _ in 1...2 {
            lastCall += 1
            let id = lastCall
            let (number, lane) = try await lane(for: id, purpose, timeout)
            try await open(lane, number, for: id)
            if isRemembered(purpose), let guest = purpose.guest { await memory?.probe(guest) }
            guard let attempt = try await perform(call, on: lane, id, purpose, timeout) else {
                abandon(id, number)
                continue
            }
            noteSupport(attempt.result, purpose)
            await finish(id, attempt.ending)
            return try attempt.result.get()
        }
        throw .noConnection(LibvirtError(code: 0, message: "new connections are lost at once"))
    }

    /// Makes a call on an open lane.
    ///
    /// - Returns: Nil when the connection was already lost, so that nothing was asked.
    private func perform<T: Sendable>(
        _ call: @escaping @Sendable (any LibvirtConnection) throws(LibvirtError) -> T,
        on lane: Lane, _ id: Int, _ purpose: LaneCall, _ timeout: Duration
    ) async throws(LaneError) -> Lane.Attempt<T>? {
        let claim = table.isUnproven(id) ? HungGuestClaim(memory, purpose.guest) : nil
        if let claim { claims[id] = claim.guest }
        let patience = ContinuousClock.now + Self.claimPatience
        while true {
            let isLast = ContinuousClock.now >= patience
            // The claim reads a file, which may block too.
            let outcome = await BlockingCall.run(until: .now + timeout) { () -> Outcome<T> in
                guard let claim else { return .made(lane.perform(call)) }
                guard claim.make() || isLast else { return .claimedElsewhere }
                let hung = claim.hungGuests
                if !hung.isEmpty { Task { await self.learn(hung) } }
                return hung.contains(claim.guest) ? .hangs(hung) : .made(lane.perform(call))
            } late: { outcome in
                Task { await self.end(id, late: outcome) }
            }
            switch outcome {
            case .made(let attempt): return attempt
            case .claimedElsewhere:
                do {
                    try await Task.sleep(for: Self.claimPause, clock: .continuous)
                } catch {
                    withdraw(id)
                    throw .refused("another program asks the guest")
                }
            case .hangs(let guests):
                table.learn(guests)
                withdraw(id)
                throw .rememberedCallHeld
            case nil:
                await hold(id)
                throw .noAnswer(timeout)
            }
        }
    }

    /// The outcome of a call on its thread.
    private enum Outcome<T: Sendable>: Sendable {
        /// The call was made; nil when the connection was already lost.
        case made(Lane.Attempt<T>?)
        /// The call was not made: another run is asking the guest.
        case claimedElsewhere
        /// The call was not made: another run has found that the guest hangs. All hung guests.
        case hangs(Set<String>)
    }

    /// Records which guests hang in calls of other runs.
    private func learn(_ hung: Set<String>) {
        table.learn(hung)
    }

    /// Finishes a call that returned after its deadline.
    private func end<T>(_ id: Int, late outcome: Outcome<T>) async {
        switch outcome {
        case .made(let attempt?): await finish(id, attempt.ending)
        // Nothing was asked: the connection was lost, or the claim took too long.
        case .made(nil), .claimedElsewhere: await finish(id, .answered)
        case .hangs: await finish(id, .unanswered)
        }
    }

    /// Records that the driver cannot ask agents, if the result says so.
    private func noteSupport<T>(_ result: Result<T, LaneError>, _ purpose: LaneCall) {
        guard case .reading = purpose, case .failure(.failed(let error, isAlive: true)) = result,
            error.isLackOfSupport
        else { return }
        // The driver lacks the call, so every other guest would fail in the same way.
        setObstacle(AgentError(error, asked: .read, isAlive: true))
    }

    private func releaseClaim(of id: Int) {
        if let guest = claims.removeValue(forKey: id) { memory?.release(guest) }
    }

    private func open(_ lane: Lane, _ number: Int, for id: Int) async throws(LaneError) {
        guard !lane.isOpened else { return }
        let (opener, isReadOnly) = (opener, isReadOnly)
        let deadline = ContinuousClock.now + patience.opening
        let result = await BlockingCall.run(until: deadline) {
            Result { () throws(LibvirtError) in
                try lane.open(opener, isReadOnly: isReadOnly, until: deadline)
            }
        }
        switch result {
        case .success:
            guard openingError != nil else { return }
            openingError = nil
            report?(.trouble)
        case .failure(let error): try fail(id, number, error)
        case nil:
            let words = "no answer within \(patience.opening.inSeconds)"
            try fail(id, number, LibvirtError(code: LibvirtError.late, message: words))
        }
    }

    private func fail(
        _ id: Int, _ lane: Int, _ error: LibvirtError
    ) throws(LaneError) -> Never {
        abandon(id, lane)
        openingError = error.message
        report?(.trouble)
        throw .noConnection(error)
    }

    /// Drops a call that was never made; keeps its lane.
    private func withdraw(_ id: Int) {
        table.withdraw(id)
        releaseClaim(of: id)
        callsChanged()
    }

    /// Drops a call that was never made, and its lane.
    private func abandon(_ id: Int, _ lane: Int) {
        releaseClaim(of: id)
        table.abandon(id, lane: lane)
        lanes[lane] = nil
        if mainLane == lane { mainLane = nil }
        callsChanged()
    }

    private func hold(_ id: Int) async {
        guard let state = table.state(of: id) else { return }
        table.hold(id)
        callsChanged()
        guard let guest = state.purpose.guest else {
            report?(.trouble)
            return
        }
        // Wait for the file: the caller may end the program.
        await memory?.add(guest)
        releaseClaim(of: id)
    }

    private func finish(_ id: Int, _ ending: LaneTable.Ending) async {
        releaseClaim(of: id)
        guard let state = table.state(of: id) else { return }
        let guest = state.purpose.guest
        let wasRemembered = guest.map(table.remembered.contains) ?? false
        if let lane = table.finish(id, ending) { lanes.removeValue(forKey: lane)?.close() }
        if state.isHeld {
            if let guest {
                if ending == .answered { report?(.ready([guest])) }
            } else {
                report?(.trouble)
            }
        }
        callsChanged(isProof: ending == .answered)
        if let guest, ending == .answered, wasRemembered || state.isHeld {
            await memory?.remove(guest)
        }
    }
}

extension HostLanes.Patience {
    /// The defaults of the kind of connection: over ssh, opening one takes longer than most calls.
    init(_ opener: ConnectionOpener) {
        self.init(fewLanes: opener.usesSSH ? .seconds(1) : .milliseconds(100))
    }
}

extension LaneError {
    /// An earlier call of this process has not returned.
    static let earlierCallHeld = Self.held("an earlier call has not returned")
    /// The guest hangs in a call of another process, as far as we know.
    static let rememberedCallHeld = Self.held(
        "it left an earlier call unanswered; such guests are asked one at a time")
}
