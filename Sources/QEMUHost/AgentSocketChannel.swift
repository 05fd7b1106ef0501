internal import GuestVCPU
internal import QAPI
internal import UnixSockets

/// One connection to a guest's agent, in step with it.
actor AgentSocketChannel: AgentChannel {
    nonisolated let setForm = SetForm.mixedList

    private let socket: AgentSocket
    private var line: AgentLine
    /// Whether the line can take a command after the last question.
    private var isInStep = true
    /// What the agent says of itself; asked once, since it does not change on one line.
    private var description: Description?

    private var process: GuestProcess { socket.process }

    private struct Description {
        var version: String?
        var setSupport = SetSupport.unknown
        /// Whether files of the guest can be read.
        var readsFiles = false
    }

    /// - Parameters:
    ///   - line: A connection, in step.
    ///   - socket: Where another connection can be made when an optional question spoils this one.
    ///   - questions: What a reading asks.
    init(_ line: AgentLine, to socket: AgentSocket, questions: AgentQuestions = .all) {
        self.line = line
        self.socket = socket
        if questions == .vcpus { description = Description() }
    }

    func read(timeout: Duration) async throws(AgentError) -> AgentReading {
        try await read(timeout: timeout, readsBoot: false)
    }

    /// Opening a file takes a real agent 10 ms, since it saves its state to disk each time.
    func readWithBoot(timeout: Duration) async throws(AgentError) -> AgentReading {
        try await read(timeout: timeout, readsBoot: true)
    }

    private func read(
        timeout: Duration, readsBoot: Bool
    ) async throws(AgentError) -> AgentReading {
        // Before the maps: a guest that reboots in between gives maps of a later boot, which the
        // next reading notices.
        let kernel = readsBoot ? await boot(timeout: timeout) : nil
        // What was optional must not cost the reading.
        if !isInStep { try await reconnect(timeout: timeout) }
        var vcpus: GuestVCPUs
        do throws(QAPIError) {
            vcpus = GuestVCPUs(
                try await line.session.vcpus(until: .now + timeout), readAt: .now)
        } catch {
            throw AgentError(wire: error)
        }
        await process.recordAnswer(vcpus.vcpus)
        vcpus.boot = GuestBoot(id: kernel, incarnation: await process.incarnation)
        // After the maps, unless the boot had to be known before: an agent that hangs for good on
        // this question has given its reading.
        let description = await describe(timeout: timeout)
        return AgentReading(
            vcpus: vcpus, version: description.version, setSupport: description.setSupport)
    }

    /// The reading with what the guest's firmware adds to it.
    ///
    /// - Parameters:
    ///   - deadline: Latest instant, whatever the guest does.
    ///   - patience: How long the agent is kept for it, as long as it answers.
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
            throw AgentError(wire: error)
        }
    }

    func close() async {
        await line.stream.close()
    }

    /// Which boot of the guest's kernel answers; nil where it does not say.
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

    /// What the agent says of itself; an agent that says nothing may have all that is needed.
    private func describe(timeout: Duration) async -> Description {
        if let description { return description }
        let info = await ask(timeout: timeout) { session, deadline throws(QAPIError) in
            try await session.info(until: deadline)
        }
        let answer = info.map { info in
            Description(
                version: info.version, setSupport: info.setSupport,
                readsFiles: FirmwareReader.commands.allSatisfy { info.commands[$0] == true })
        }
        description = answer ?? Description()
        return answer ?? Description()
    }

    /// Asks what a reading can do without.
    ///
    /// An agent that does not answer in time, or not in step, is asked nothing optional for a
    /// while; the line is spoiled then.
    ///
    /// - Returns: Nil where there is no answer.
    private func ask<Answer: Sendable>(
        timeout: Duration,
        _ question: (AgentSession, ContinuousClock.Instant) async throws(QAPIError) -> Answer
    ) async -> Answer? {
        guard isInStep, await process.areOptionalQuestionsDue else { return nil }
        do throws(QAPIError) {
            return try await question(line.session, .now + timeout)
        } catch {
            isInStep = error.isAnswer
            if !isInStep { await process.deferOptionalQuestions() }
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

extension AgentInfo {
    fileprivate var setSupport: SetSupport {
        switch commands["guest-set-vcpus"] {
        case true?: .available
        case false?: .disabled
        case nil: .absent
        }
    }
}

extension QAPIError {
    /// Whether it is the agent's answer, after which the line is still in step.
    var isAnswer: Bool {
        switch self {
        case .notFound, .disabled, .frozen, .guest, .malformed(.schema, _): true
        case .timedOut, .closed, .failed, .notReady, .malformed, .tooLarge: false
        }
    }
}

extension GuestVCPUs {
    /// What an agent's list says, its ids already checked.
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
