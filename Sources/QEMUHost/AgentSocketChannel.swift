internal import GuestVCPU
internal import QAPI
internal import UnixSockets

/// One connection to a guest's agent, synchronized with it.
actor AgentSocketChannel: AgentChannel {
    nonisolated let setForm = SetForm.mixedList

    private let socket: AgentSocketReader
    private var line: AgentLine
    /// Whether the next reply on the line answers the next command.
    private var isInStep = true
    /// The agent's description of itself, asked once: it does not change during a connection.
    private var description: AgentDescription?

    private var process: GuestProcess { socket.process }

    /// - Parameters:
    ///   - line: A synchronized connection.
    ///   - socket: Opens another connection when an optional question has failed on this one.
    ///   - description: The agent's description, where the agent need not be asked for it; nil for
    ///     a change, which must not rely on an earlier one.
    init(
        _ line: AgentLine, to socket: AgentSocketReader, description: AgentDescription? = nil
    ) {
        self.line = line
        self.socket = socket
        self.description = description
    }

    func read(timeout: Duration) async throws(AgentError) -> AgentReading {
        try await read(timeout: timeout, readsBoot: false)
    }

    /// Reads the boot id too, which takes a real agent 10 ms: it saves its state to disk each time
    /// that it opens a file.
    func readWithBoot(timeout: Duration) async throws(AgentError) -> AgentReading {
        try await read(timeout: timeout, readsBoot: true)
    }

    private func read(
        timeout: Duration, readsBoot: Bool
    ) async throws(AgentError) -> AgentReading {
        // The boot is read before the maps: if the guest reboots in between, the maps are of a
        // later boot, and the next reading notices that.
        let kernel = readsBoot ? await boot(timeout: timeout) : nil
        // A failed optional question must not fail the reading.
        if !isInStep { try await reconnect(timeout: timeout) }
        var vcpus: GuestVCPUs
        do throws(QAPIError) {
            vcpus = GuestVCPUs(
                try await line.session.vcpus(until: .now + timeout), readAt: .now)
        } catch {
            await process.recordFailure()
            throw AgentError(wire: error)
        }
        await process.recordAnswer(vcpus.vcpus)
        vcpus.boot = GuestBoot(id: kernel, incarnation: await process.incarnation)
        // The description is read after the maps, unless the boot had to be read first: an agent
        // that never answers this question has already answered the important one.
        let description = await describe(timeout: timeout)
        return AgentReading(
            vcpus: vcpus, version: description.version, setSupport: description.setSupport)
    }

    /// Adds the pairing that the guest's firmware gives.
    ///
    /// - Parameters:
    ///   - deadline: Latest instant to return.
    ///   - patience: How long to go on reading from an agent that answers.
    func withFirmware(
        _ reading: AgentReading, until deadline: ContinuousClock.Instant, patience: Duration
    ) async -> AgentReading {
        guard description?.readsFiles == true else { return reading }
        let reader = FirmwareReader(
            session: line.session, process: process, deadline: deadline,
            end: min(deadline, .now + patience))
        let indices = await reader.indices(of: reading.vcpus.vcpus)
        return reading.with(firmwareIndices: indices, incarnation: await process.incarnation)
    }

    func set(_ changes: [VCPUChange], timeout: Duration) async throws(AgentError) -> Int64 {
        let deadline = ContinuousClock.now + timeout
        let list = changes.map { AgentVCPU(logicalID: $0.id, isOnline: $0.online) }
        do throws(QAPIError) {
            return try await line.session.setVCPUs(list, until: deadline)
        } catch {
            await process.recordFailure()
            throw AgentError(wire: error)
        }
    }

    func close() async {
        await line.stream.close()
    }

    /// The id of the kernel's boot; nil where the guest does not tell it.
    private func boot(timeout: Duration) async -> BootID? {
        guard await describe(timeout: timeout).readsFiles else { return nil }
        let contents = await ask(timeout: timeout) { session, deadline throws(QAPIError) in
            try await session.contents(
                ofFile: BootID.file, count: BootID.maximumSize, until: deadline)
        }
        guard let boot = contents.flatMap(BootID.init) else { return nil }
        await process.recordBoot(boot)
        return boot
    }

    /// The agent's description of itself; an agent that gives none may still have every command.
    private func describe(timeout: Duration) async -> AgentDescription {
        if let description { return description }
        let incarnation = await process.incarnation
        let askedAt = process.now()
        let info = await ask(timeout: timeout) { session, deadline throws(QAPIError) in
            try await session.info(until: deadline)
        }
        let answer = info.map(AgentDescription.init) ?? AgentDescription()
        description = answer
        if info != nil {
            await process.remember(
                RememberedDescription(answer, incarnation: incarnation, askedAt: askedAt))
        }
        return answer
    }

    /// Asks an optional question.
    ///
    /// When the answer is late or does not match the question, the line cannot be used any more,
    /// and the agent gets no optional question for a while.
    ///
    /// - Returns: Nil when there is no answer.
    private func ask<Answer: Sendable>(
        timeout: Duration,
        _ question: (AgentSession, ContinuousClock.Instant) async throws(QAPIError) -> Answer
    ) async -> Answer? {
        guard isInStep, await process.areOptionalQuestionsDue else { return nil }
        do throws(QAPIError) {
            return try await question(line.session, .now + timeout)
        } catch {
            isInStep = error.isAnswer
            if !isInStep {
                await process.recordFailure()
                await process.deferOptionalQuestions()
            }
            return nil
        }
    }

    /// Replaces a line on which replies can no longer be matched to commands.
    private func reconnect(timeout: Duration) async throws(AgentError) {
        await line.stream.close()
        line = try await socket.connect(timeout: timeout)
        isInStep = true
    }
}

extension QAPIError {
    /// Whether the error is the agent's answer to the command, so that the line can be used
    /// further.
    var isAnswer: Bool {
        switch self {
        case .notFound, .disabled, .frozen, .guest, .malformed(.schema, _): true
        case .timedOut, .closed, .failed, .notReady, .malformed, .tooLarge: false
        }
    }
}

extension GuestVCPUs {
    /// Makes maps of an agent's list, whose ids are already checked.
    fileprivate init(_ list: [AgentVCPU], readAt: ContinuousClock.Instant) {
        var vcpus = CPUMap()
        var online = CPUMap()
        var offlinable = CPUMap()
        for vcpu in list {
            vcpus.insert(vcpu.logicalID)
            if vcpu.isOnline { online.insert(vcpu.logicalID) }
            if vcpu.canOffline == true { offlinable.insert(vcpu.logicalID) }
        }
        self.init(vcpus: vcpus, online: online, offlinable: offlinable, readAt: readAt)
    }
}
