internal import Concurrency
internal import GuestVCPU

/// The connections to one host, over which all of its calls run, one at a time each.
///
/// A call that does not return keeps its connection; others run beside it. `LaneTable` decides
/// which call runs where.
actor HostLanes {
    /// Something that changes what can be asked.
    enum Event: Sendable {
        /// These guests (UUIDs) are worth asking at once.
        case ready(Set<String>)
        /// `trouble` is another.
        case trouble
    }

    /// How long to wait for what.
    struct Patience: Sendable {
        /// For a connection to open.
        var opening = Duration.seconds(10)
        /// For one of a few lanes, before one more is opened.
        var fewLanes: Duration
        /// Whether a guest whose turn does not come in time is left out; else it waits until the
        /// calls before it have ended, as a command does that asks each guest once.
        var leavesOut = true
    }

    private let opener: ConnectionOpener
    private let patience: Patience
    private let memory: HungGuests?
    private var table: LaneTable
    private var lanes: [Int: Lane] = [:]
    private var mainLane: Int?
    private var isReadOnly = false
    private var domainIDs: [String: UInt32] = [:]
    private var waiting = LaneQueue()
    /// Wakes the calls that wait when time alone lets them go on.
    private var alarm: (at: ContinuousClock.Instant, task: Task<Void, Never>)?
    private var lastCall = 0
    /// The guests that calls in flight have claimed.
    private var claims: [Int: String] = [:]
    /// Why no agent can be asked at all; nil where they can.
    private var obstacle: AgentError? = AgentError(.disconnected, "not connected yet")
    /// Guests that our own limits turned away.
    private var turnedAway: Set<String> = []
    private var openingError: String?
    private var report: (@Sendable (Event) -> Void)?

    /// - Parameters:
    ///   - opener: Opens connections.
    ///   - patience: How long to wait for what; nil for what suits the kind of connection.
    ///   - memory: Remembers across runs which guests hang; nil where nothing is remembered.
    init(_ opener: ConnectionOpener, patience: Patience? = nil, memory: HungGuests? = nil) {
        self.opener = opener
        self.memory = memory
        self.patience = patience ?? Patience(opener)
        table = LaneTable(opener.usesSSH ? .ssh : .local)
    }

    /// Says why no agent can be asked from now on, those included that wait, or that they can.
    func setObstacle(_ error: AgentError?) {
        obstacle = error
        if error != nil { waiting.stopAgentCalls() }
    }

    /// Reports each event from now on.
    func onEvent(_ report: @escaping @Sendable (Event) -> Void) {
        self.report = report
    }

    /// - Throws: Why this guest's agent cannot be asked now.
    func check(_ guest: String) throws(AgentError) {
        if let obstacle { throw obstacle }
        if table.isHeld(guest) { throw AgentError(LaneError.earlierCallHeld, asked: .read) }
    }

    /// What is wrong with the connections as a whole.
    var trouble: Trouble {
        Trouble(heldHostCalls: table.heldHostCalls, openingError: openingError)
    }

    /// How many calls wait for a lane.
    var waitingCount: Int { waiting.count }

    /// How long to wait while another run asks a guest, and how often to look.
    private static let claimPatience = Duration.seconds(30)
    private static let claimPause = Duration.milliseconds(50)
    /// How long calls to guests that hang wait for others of their kind, to be sorted.
    private static let probePause = Duration.milliseconds(20)

    // MARK: - Connections

    /// Uses a connection that is open already for calls too, until `dropMain` or `releaseMain`.
    func addMain(_ connection: any LibvirtConnection, isReadOnly: Bool) {
        self.isReadOnly = isReadOnly
        let number = table.addMain()
        lanes[number] = Lane(connection)
        mainLane = number
        retryWaiting()
    }

    /// Makes no further call on the main connection.
    func dropMain() {
        guard let mainLane else { return }
        table.remove(lane: mainLane)
        lanes[mainLane] = nil
        self.mainLane = nil
    }

    /// Keeps the main connection as one for calls alone.
    func releaseMain() {
        table.releaseMain()
        mainLane = nil
    }

    /// Closes the connections that carry no call; the next call opens one.
    func closeIdle() {
        for lane in table.removeIdle() { lanes.removeValue(forKey: lane)?.close() }
    }

    /// Records which domains run, and which of them hang in calls of other runs.
    func setDomains(_ domains: [Domain]) async {
        let ids = Dictionary(domains.map { ($0.uuid, $0.id) }) { first, _ in first }
        // One that started again has no call of its last run.
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

    /// Makes a call.
    ///
    /// - Parameters:
    ///   - timeout: How long it may take to return.
    ///   - call: Makes it; blocks.
    func call<T: Sendable>(
        _ purpose: LaneCall, timeout: Duration,
        _ call: @escaping @Sendable (any LibvirtConnection) throws(LibvirtError) -> T
    ) async throws(LaneError) -> T {
        // A connection that was lost since its last call is opened again.
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
        throw .noConnection(LibvirtError(code: 0, message: "connections are lost at once"))
    }

    /// Makes a call on a lane that is open.
    ///
    /// - Returns: Nil where the connection had been lost before, and nothing was asked.
    private func perform<T: Sendable>(
        _ call: @escaping @Sendable (any LibvirtConnection) throws(LibvirtError) -> T,
        on lane: Lane, _ id: Int, _ purpose: LaneCall, _ timeout: Duration
    ) async throws(LaneError) -> Lane.Attempt<T>? {
        let claim = table.isUnproven(id) ? HungGuestClaim(memory, purpose.guest) : nil
        if let claim { claims[id] = claim.guest }
        let patience = ContinuousClock.now + Self.claimPatience
        while true {
            let isLast = ContinuousClock.now >= patience
            // On the call's own thread, where a file may be read too.
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

    /// What became of a call on its thread.
    private enum Outcome<T: Sendable>: Sendable {
        /// It was made, unless the connection had been lost before.
        case made(Lane.Attempt<T>?)
        /// It was not made: another run is asking the guest.
        case claimedElsewhere
        /// It was not made: another run has found that the guest hangs, as all of these do.
        case hangs(Set<String>)
    }

    /// Takes in which guests hang in calls of other runs.
    private func learn(_ hung: Set<String>) {
        table.learn(hung)
    }

    /// Ends a call that was held.
    private func end<T>(_ id: Int, late outcome: Outcome<T>) async {
        switch outcome {
        case .made(let attempt?): await finish(id, attempt.ending)
        // Nothing was asked: the connection was lost, or the file slower than the guest may be.
        case .made(nil), .claimedElsewhere: await finish(id, .answered)
        case .hangs: await finish(id, .unanswered)
        }
    }

    /// Takes in whether the driver can ask agents at all.
    private func noteSupport<T>(_ result: Result<T, LaneError>, _ purpose: LaneCall) {
        guard case .reading = purpose, case .failure(.failed(let error, isAlive: true)) = result,
            error.isLackOfSupport
        else { return }
        // It is the driver that lacks the call, so every other guest would say the same.
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

    /// Ends a call that was never made; its lane stays.
    private func withdraw(_ id: Int) {
        table.withdraw(id)
        releaseClaim(of: id)
        callsChanged()
    }

    /// Ends a call that was never made, with its lane.
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
        // Before the caller goes on, which may end the program.
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

    // MARK: - Turns

    private func lane(
        for id: Int, _ purpose: LaneCall, _ timeout: Duration
    ) async throws(LaneError) -> (Int, Lane) {
        if purpose.guest != nil, let obstacle { throw .obstacle(obstacle) }
        // Of several remembered guests the one that was asked longest ago goes first.
        let isProbe = isRemembered(purpose)
        var admission: LaneTable.Admission? =
            isProbe ? .wait : table.admit(id, purpose)
        if admission == .wait {
            let waits = patience.leavesOut || isProbe || purpose == .host ? 1 : 12
            admission = await wait(id, purpose, until: .now + timeout * waits)
        }
        switch admission {
        case .start(let number):
            let lane = lanes[number] ?? Lane()
            lanes[number] = lane
            return (number, lane)
        case .held:
            // It may have been found to hang while it waited.
            guard isRemembered(purpose), let guest = purpose.guest else { throw .earlierCallHeld }
            turnedAway.insert(guest)
            throw .rememberedCallHeld
        case .wait, .refused, nil:
            if let guest = purpose.guest {
                if let obstacle { throw .obstacle(obstacle) }
                turnedAway.insert(guest)
            }
            if isProbe { throw .rememberedCallHeld }
            let held = table.heldAgentCalls
            throw .refused(held == 0 ? "" : "\(held) calls have not returned")
        }
    }

    private func wait(
        _ id: Int, _ purpose: LaneCall, until deadline: ContinuousClock.Instant
    ) async -> LaneTable.Admission? {
        let now = ContinuousClock.now
        let earliest = isRemembered(purpose) ? now + Self.probePause : now
        setAlarm(at: min(earliest > now ? earliest : now + patience.fewLanes, deadline))
        return await withCheckedContinuation { continuation in
            waiting.append(
                LaneQueue.Entry(
                    call: id, purpose: purpose, rank: rank(of: purpose, id), since: now,
                    earliest: earliest, deadline: deadline, continuation: continuation))
        }
    }

    /// Has the calls that wait looked at no later than this.
    private func setAlarm(at instant: ContinuousClock.Instant) {
        if let alarm, alarm.at <= instant { return }
        alarm?.task.cancel()
        let task = Task {
            try? await Task.sleep(until: instant, clock: .continuous)
            if !Task.isCancelled { ring() }
        }
        alarm = (instant, task)
    }

    private func ring() {
        alarm?.task.cancel()
        alarm = nil
        // One instant for both: what comes due between two would never be looked at.
        let now = ContinuousClock.now
        retryWaiting(at: now)
        let next = waiting.nextInstant(after: now, patience: patience.fewLanes)
        if let next { setAlarm(at: next) }
    }

    private func rank(of purpose: LaneCall, _ id: Int) -> LaneQueue.Rank {
        switch purpose {
        case .change: LaneQueue.Rank(kind: 0, call: id)
        case .host: LaneQueue.Rank(kind: 1, call: id)
        case .reading(let guest) where table.remembered.contains(guest):
            LaneQueue.Rank(kind: 4, lastProbe: memory?.lastProbe(of: guest) ?? 0, call: id)
        case .reading(let guest):
            LaneQueue.Rank(kind: table.isProven(guest) ? 2 : 3, call: id)
        }
    }

    private func isRemembered(_ purpose: LaneCall) -> Bool {
        if case .reading(let guest) = purpose { return table.remembered.contains(guest) }
        return false
    }

    /// - Parameter isProof: Whether a call was answered.
    private func callsChanged(isProof: Bool = false) {
        retryWaiting()
        guard waiting.isEmpty, !turnedAway.isEmpty else { return }
        // While a remembered guest still hangs, the others wait for their back-off.
        let candidates = turnedAway.filter { isProof || !table.remembered.contains($0) }
        guard
            candidates.contains(where: {
                if case .start = table.admission(of: .reading($0), hasWaited: true) { return true }
                return false
            })
        else { return }
        turnedAway.subtract(candidates)
        report?(.ready(candidates))
    }

    private func retryWaiting(at now: ContinuousClock.Instant = .now) {
        waiting.admit(to: &table, at: now, patience: patience.fewLanes)
    }
}

extension HostLanes.Patience {
    /// What suits the kind of connection: over ssh opening one more takes longer than most calls.
    init(_ opener: ConnectionOpener) {
        self.init(fewLanes: opener.usesSSH ? .seconds(1) : .milliseconds(100))
    }
}

extension LaneError {
    /// A call of this process has not returned.
    static let earlierCallHeld = Self.held("an earlier call has not returned")
    /// A call of another process was not answered, as far as is known.
    static let rememberedCallHeld = Self.held(
        "it left an earlier call unanswered; such guests are asked one at a time")
}
