/// Carries transactions out: drives the state machine over a guest's agent.
///
/// The one way to change a guest, for the command, the dashboard and the library alike. A
/// transaction that has begun runs to its end, within its deadline, even when the task that
/// waits for it is cancelled: half a change is worse than none.
public struct TransactionRunner<C: Clock>: Sendable where C.Duration == Duration {
    private let writer: any GuestWriter
    private let timeout: Duration
    private let clock: C
    private let journal: (any ChangeJournal)?

    /// Creates a runner for one guest.
    ///
    /// - Parameters:
    ///   - writer: The way to the guest's agent.
    ///   - timeout: How long the agent may take to answer a sync or a read; a set has one second
    ///     more for each change, and a whole transaction three times that.
    ///   - clock: A monotonic clock.
    ///   - journal: Records each change before it is sent; nil for no record.
    public init(
        writer: any GuestWriter, timeout: Duration, clock: C = ContinuousClock(),
        journal: (any ChangeJournal)? = nil
    ) {
        self.writer = writer
        self.timeout = timeout
        self.clock = clock
        self.journal = journal
    }

    /// Changes the state of one vCPU.
    ///
    /// - Throws: `ChangeRequestError.outOfRange`.
    public func set(
        _ id: Int, online: Bool, policy: FailurePolicy = .rollBack
    ) async throws(ChangeRequestError) -> TransactionResult {
        await run(try ChangeRequest(id, online: online), policy: policy)
    }

    /// Brings all vCPUs of a map to one state.
    ///
    /// - Throws: `ChangeRequestError.empty`.
    public func set(
        _ map: CPUMap, online: Bool, policy: FailurePolicy = .rollBack
    ) async throws(ChangeRequestError) -> TransactionResult {
        await run(try ChangeRequest(map, online: online), policy: policy)
    }

    /// Brings the vCPUs of one map online and those of another offline, as one change.
    ///
    /// - Throws: `ChangeRequestError.overlap`, `.empty`.
    public func set(
        online: CPUMap, offline: CPUMap, policy: FailurePolicy = .rollBack
    ) async throws(ChangeRequestError) -> TransactionResult {
        await run(try ChangeRequest(online: online, offline: offline), policy: policy)
    }

    /// Carries out a request.
    ///
    /// - Parameters:
    ///   - request: What is asked for.
    ///   - reviewed: The reading that it was made by; a vCPU that changed since is a conflict.
    ///   - policy: What to do when an entry fails.
    ///   - isDryRun: Whether to stop before anything is sent.
    ///   - interruption: Ends the transaction with nothing sent, if it comes before anything is;
    ///     it is too late after that.
    ///   - follow: Called before each step; the step waits for it.
    public func run(
        _ request: ChangeRequest, reviewed: GuestVCPUs? = nil, policy: FailurePolicy = .rollBack,
        isDryRun: Bool = false, interruption: Interruption = Interruption(),
        follow: @escaping @Sendable (TransactionStep) async -> Void = { _ in }
    ) async -> TransactionResult {
        let machine = TransactionStateMachine(
            request: request, reviewed: reviewed, policy: policy, timeout: timeout,
            isDryRun: isDryRun)
        // A task of its own, since cancellation would reach the waits inside.
        return await Task.detached {
            await drive(machine, interruption: interruption, follow: follow)
        }.value
    }

    /// Plans a request, and sends nothing.
    ///
    /// The result's request and reading are what is to be run when the plan is confirmed:
    /// `run(result.request, reviewed: result.before)`. The reading has the guest's boot, so that a
    /// reboot meanwhile is a conflict.
    package func plan(
        _ request: ChangeRequest, reviewed: GuestVCPUs? = nil,
        interruption: Interruption = Interruption()
    ) async -> TransactionResult {
        let machine = TransactionStateMachine(
            request: request, reviewed: reviewed, timeout: timeout, isDryRun: true)
        return await Task.detached {
            await drive(machine, isReviewed: true, interruption: interruption) { _ in }
        }.value
    }

    private func drive(
        _ machine: TransactionStateMachine, isReviewed: Bool = false, interruption: Interruption,
        follow: @Sendable (TransactionStep) async -> Void
    ) async -> TransactionResult {
        var machine = machine
        let start = clock.now
        var channel: (any AgentChannel)?
        var hasSent = false
        var id: ChangeID?
        // The journal's time is not the guest's.
        var recording = Duration.zero
        // A boot is only compared with another one: that of the review, or that after a change.
        let readsBoot = isReviewed || !machine.isDryRun || machine.reviewed != nil
        var action = machine.start()
        while true {
            let event: TransactionStateMachine.Event
            switch action {
            case .open(let timeout) where !hasSent:
                let opening = Task { await open(timeout) }
                if let opened = await opening.value(unless: interruption) {
                    (event, channel) = opened
                } else {
                    event = .interrupted
                    Task { await opening.value.1?.close() }
                }
            case .open(let timeout):
                (event, channel) = await open(timeout)
            case .read(let timeout) where !hasSent:
                await follow(.reading)
                let line = channel
                event =
                    await Task { await read(line, timeout, withBoot: readsBoot) }
                    .value(unless: interruption) ?? .interrupted
            case .read(let timeout):
                await follow(.rereading)
                event = await read(channel, timeout, withBoot: true)
            case .set(let changes, let timeout):
                await follow(machine.isUndoing ? .undoing(changes) : .sending(changes))
                if id == nil, !interruption.isRequested, let journal, let intent = machine.intent {
                    let begun = clock.now
                    defer { recording += begun.duration(to: clock.now) }
                    do throws(ChangeJournalError) {
                        id = try await journal.begin(intent)
                    } catch {
                        event = .notRecorded(error)
                        break
                    }
                }
                guard hasSent || !interruption.isRequested else {
                    event = .interrupted
                    break
                }
                hasSent = true
                event = await perform(channel) { channel throws(AgentError) in
                    .setReturned(try await channel.set(changes, timeout: timeout))
                }
            case .close:
                await channel?.close()
                channel = nil
                event = .closed
            case .wait(let duration):
                try? await clock.sleep(until: clock.now.advanced(by: duration), tolerance: nil)
                event = .waited
            case .finish(let result):
                await channel?.close()
                return await recorded(result, id)
            }
            action = machine.handle(event, elapsed: start.duration(to: clock.now) - recording)
        }
    }

    /// The result, with what the journal has to do with it.
    private func recorded(_ result: TransactionResult, _ id: ChangeID?) async -> TransactionResult {
        guard let journal, let id else { return result }
        var result = result
        result.id = id
        do throws(ChangeJournalError) {
            try await journal.end(id, result)
        } catch {
            result.journalError = error
        }
        return result
    }

    private func open(
        _ timeout: Duration
    ) async -> (TransactionStateMachine.Event, (any AgentChannel)?) {
        do throws(AgentError) {
            let channel = try await writer.open(timeout: timeout)
            return (.opened(channel.setForm), channel)
        } catch {
            return (.failed(error), nil)
        }
    }

    private func read(
        _ channel: (any AgentChannel)?, _ timeout: Duration, withBoot: Bool
    ) async -> TransactionStateMachine.Event {
        await perform(channel) { channel throws(AgentError) in
            .read(
                withBoot
                    ? try await channel.readWithBoot(timeout: timeout)
                    : try await channel.read(timeout: timeout))
        }
    }

    private func perform(
        _ channel: (any AgentChannel)?,
        _ exchange: (any AgentChannel) async throws(AgentError) -> TransactionStateMachine.Event
    ) async -> TransactionStateMachine.Event {
        guard let channel else { preconditionFailure("a transaction spoke with no line open") }
        do throws(AgentError) {
            return try await exchange(channel)
        } catch {
            return .failed(error)
        }
    }
}

extension Task where Failure == Never {
    /// The value, or nil as soon as the interruption comes; the task is cancelled then.
    package func value(unless interruption: Interruption) async -> Success? {
        let (ends, end) = AsyncStream<Success?>.makeStream()
        let observer = interruption.observe {
            end.yield(nil)
            end.finish()
        }
        defer { interruption.removeObserver(observer) }
        Task<Void, Never> {
            end.yield(await self.value)
            end.finish()
        }
        var ending = ends.makeAsyncIterator()
        let value = await ending.next() ?? nil
        if value == nil { cancel() }
        return value
    }
}
