internal import GuestVCPU
internal import QAPI
internal import UnixSockets

/// One connection to a guest's agent, in step with it.
actor AgentSocketChannel: AgentChannel {
    nonisolated let setForm = SetForm.mixedList

    private let session: AgentSession
    private let stream: UnixStream
    private let process: GuestProcess
    /// Whether each reading asks the guest's kernel which boot it is.
    private let readsBoot: Bool
    /// What the agent says of itself; asked once, since it does not change on one line.
    private var description: Description?

    private struct Description {
        let version: String?
        let setSupport: SetSupport
        /// Whether files of the guest can be read.
        let readsFiles: Bool
    }

    init(
        _ session: AgentSession, over stream: UnixStream, of process: GuestProcess,
        readsBoot: Bool
    ) {
        self.session = session
        self.stream = stream
        self.process = process
        self.readsBoot = readsBoot
    }

    func read(timeout: Duration) async throws(AgentError) -> AgentReading {
        let deadline = ContinuousClock.now + timeout
        do throws(QAPIError) {
            let description = try await describe(until: deadline)
            // Before the maps: a guest that reboots in between gives maps of a later boot, which
            // the next reading notices.
            let kernel = readsBoot && description.readsFiles ? try await boot(deadline) : nil
            var vcpus = GuestVCPUs(try await session.vcpus(until: deadline), readAt: .now)
            await process.takeAnswer(vcpus.vcpus)
            vcpus.boot = GuestBoot(kernel: kernel, incarnation: await process.incarnation)
            return AgentReading(
                vcpus: vcpus, version: description.version, setSupport: description.setSupport)
        } catch {
            throw AgentError(wire: error)
        }
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
            session: session, process: process, deadline: deadline,
            end: min(deadline, .now + patience))
        let indices = await reader.indices(of: reading.vcpus.vcpus)
        return reading.with(firmwareIndices: indices, incarnation: await process.incarnation)
    }

    func set(_ changes: [VCPUChange], timeout: Duration) async throws(AgentError) -> Int64 {
        let deadline = ContinuousClock.now + timeout
        let list = changes.map { AgentVCPU(logicalID: $0.id, isOnline: $0.online) }
        do throws(QAPIError) {
            return try await session.setVCPUs(list, until: deadline)
        } catch {
            throw AgentError(wire: error)
        }
    }

    func close() async {
        await stream.close()
    }

    /// Which boot of the guest's kernel answers; nil where it does not say.
    private func boot(
        _ deadline: ContinuousClock.Instant
    ) async throws(QAPIError) -> BootID? {
        let contents: [UInt8]
        do throws(QAPIError) {
            contents = try await session.contents(
                ofFile: BootID.file, count: BootID.maximumSize, until: deadline)
        } catch {
            guard error.isAnswer else { throw error }
            return nil
        }
        let boot = BootID(contents)
        if let boot { await process.takeBoot(boot) }
        return boot
    }

    private func describe(
        until deadline: ContinuousClock.Instant
    ) async throws(QAPIError) -> Description {
        if let description { return description }
        let answer: Description
        do throws(QAPIError) {
            let info = try await session.info(until: deadline)
            answer = Description(
                version: info.version, setSupport: info.setSupport,
                readsFiles: FirmwareReader.commands.allSatisfy { info.commands[$0] == true })
        } catch {
            // An agent that does not describe itself may have all that is needed.
            guard error.isAnswer else { throw error }
            answer = Description(version: nil, setSupport: .unknown, readsFiles: false)
        }
        description = answer
        return answer
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
