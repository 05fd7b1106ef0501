internal import GuestVCPU
internal import QAPI
internal import UnixSockets

/// The QEMU process that serves a guest's sockets, and what it tells about the guest.
///
/// The process is the one that the system reports at the other end of a socket. Its name and its
/// command line prove nothing: any process can have the same.
actor GuestProcess {
    /// The threads of a process as QMP lists them.
    private struct Listing {
        let process: ProcessIdentity
        let indices: [Int32: [HostIndex]]

        /// The number of vCPUs.
        var count: Int { indices.values.reduce(0) { $0 + $1.count } }
    }

    /// The identity of a thread: the system reuses the numbers of threads.
    private struct VCPUThread: Hashable {
        let number: Int?
        let start: UInt64?
    }

    /// How long an answer of the agent, or CPU time that was consumed, proves that the guest runs.
    ///
    /// It is longer than the pause between two readings of a guest that is not on the screen.
    private static let proofOfRunning = Duration.seconds(20)
    /// The time between two questions to QMP.
    private static let qmpPause = Duration.seconds(15)
    /// The time until the next optional question to an agent that left one unanswered.
    private static let optionalQuestionsPause = Duration.seconds(60)

    let qmp: SocketPlace?
    private let reader: ProcessReader
    private let recorder: WireRecorder?
    let now: @Sendable () -> ContinuousClock.Instant
    /// The process that must serve the sockets; nil where any process may.
    private let expected: ProcessIdentity?

    /// The process at the other end of the agent's socket.
    private(set) var process: ProcessIdentity?
    /// The last known process at the other end, which may have ended.
    private var lastProcess: ProcessIdentity?
    /// The process's command line; nil before it is read.
    private var commandLine: QEMUCommandLine?
    /// See `HostReading.incarnation`.
    private(set) var incarnation: UInt64
    /// The last boot id that the guest's kernel reported.
    private var lastBoot: BootID?
    /// The cached pairing from the guest's firmware.
    var firmware = FirmwareMemory()
    /// The thread of each vCPU, by the hypervisor's index.
    private var threads: [HostIndex: VCPUThread] = [:]
    /// The agent's last description, for readings.
    var rememberedDescription: RememberedDescription?
    /// How many vCPUs the guest reports; nil before its first answer.
    private var guestCount: Int?
    private var listing: Listing?
    private var qmpDue: ContinuousClock.Instant
    private var qmpState = RunState.unknown
    private var provenAt: ContinuousClock.Instant?
    private var lastTimes: [HostIndex: UInt64] = [:]
    private var isStopped = false
    private var hasEnded = false
    /// What came of the last question to QMP; nil where none was asked.
    private(set) var lastQMP: QMPAnswer.Outcome?
    /// Why QMP was not asked, printable; nil otherwise.
    private var qmpNote: String? {
        guard let qmp, case .stranger(let stranger) = lastQMP else { return nil }
        return "QMP was not asked: process \(stranger) serves \(qmp.text)"
            + (process.map { ", and process \($0.processID) the agent's socket" } ?? "")
    }
    private var shortage: Shortage?
    /// When the next optional question may be asked.
    private var optionalQuestionsDue: ContinuousClock.Instant
    /// Whether an exchange with the agent was tried, which can identify the process without QMP.
    private var isAgentTried = false
    /// Whether the agent answered the last exchange with this process.
    private var isAnswering = false

    /// - Parameters:
    ///   - expected: The process that must serve the sockets, where it is known before the first
    ///     connection.
    ///   - commandLine: That process's command line, where it is already read.
    ///   - incarnation: The incarnation to begin with, which no earlier process of the guest had.
    init(
        qmp: SocketPlace?, expected: ProcessIdentity? = nil, commandLine: QEMUCommandLine? = nil,
        incarnation: UInt64 = 0, reader: ProcessReader, recorder: WireRecorder? = nil,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.qmp = qmp
        self.incarnation = incarnation
        self.expected = expected
        self.commandLine = commandLine
        self.reader = reader
        self.recorder = recorder
        self.now = now
        qmpDue = now()
        optionalQuestionsDue = qmpDue
        process = expected
        lastProcess = expected
    }

    /// Whether libvirt started the process, as far as its command line was read.
    var isOfLibvirt: Bool { commandLine?.libvirt != nil }

    /// Whether the process can be expected to serve the next connection at once: it served the last
    /// one, and libvirt did not start it.
    var servesAtOnce: Bool { isAnswering && commandLine != nil && !isOfLibvirt }

    /// Records the process at the other end of the agent's socket, while the connection is open.
    ///
    /// - Returns: False when it is not the expected process.
    func recordPeer(_ processID: Int32?) async -> Bool {
        if let expected { return processID == expected.processID }
        guard let processID else { return true }
        let identity: ProcessIdentity?
        do throws(Shortage) {
            identity = try await reader.identity(of: processID)
        } catch {
            shortage = error
            isAnswering = false
            return true
        }
        guard identity != process else { return true }
        isAnswering = false
        if let lastProcess, identity != lastProcess {
            incarnation += 1
            threads = [:]
            lastBoot = nil
        }
        if listing?.process.processID != processID { forgetQMP() }
        process = identity
        lastProcess = identity ?? lastProcess
        commandLine = nil
        if identity != nil { hasEnded = false }
        return true
    }

    /// Forgets QMP's answers, which are about another process.
    private func forgetQMP() {
        listing = nil
        lastQMP = nil
        qmpState = .unknown
        qmpDue = now()
    }

    /// Records an answer of the agent.
    ///
    /// - Parameter vcpus: The guest's vCPUs; nil where the answer is about something else.
    func recordAnswer(_ vcpus: CPUMap? = nil) {
        isAgentTried = true
        isAnswering = true
        provenAt = now()
        if let vcpus { guestCount = vcpus.count }
    }

    /// Records that the agent did not answer, or not to the question; its description is forgotten.
    func recordFailure() {
        isAgentTried = true
        isAnswering = false
        rememberedDescription = nil
    }

    /// Whether the agent may be asked an optional question now.
    var areOptionalQuestionsDue: Bool { optionalQuestionsDue <= now() }

    /// Postpones optional questions, since the agent did not answer one.
    func deferOptionalQuestions() {
        optionalQuestionsDue = now() + Self.optionalQuestionsPause
    }

    /// Records the boot id of the guest's kernel; a new one means that the guest was rebooted
    /// inside the same process.
    func recordBoot(_ boot: BootID) {
        if let last = lastBoot, last != boot { incarnation += 1 }
        lastBoot = boot
    }

    /// Asks QEMU why the agent at a path does not answer; no connection to the agent may be open.
    ///
    /// - Parameter path: The path on QEMU's command line.
    func reasonForSilence(
        ofAgentAt path: String, until deadline: ContinuousClock.Instant
    ) async -> AgentError? {
        guard let answer = await askQMP(until: deadline) else { return nil }
        return answer.reasonForSilence(ofAgentAt: path)
    }

    /// Reads the host's side.
    ///
    /// - Parameters:
    ///   - deadline: Latest instant to wait for QMP, where QMP has to be asked.
    ///   - samples: The processes that have just been read.
    /// - Returns: Nil when nothing is known.
    func observe(
        until deadline: ContinuousClock.Instant, samples: ProcessSamples = [:]
    ) async -> HostObservation? {
        shortage = nil
        isStopped = false
        let reading = await readThreads(samples) { await self.askQMP(whenDueUntil: deadline) }
        // A shortage on our side says nothing about the guest.
        if shortage == nil { recordTimes(of: reading) }
        if provenAt == nil { await askQMP(whenDueUntil: deadline) }
        let state = runState(reading)
        let note = shortage?.summary ?? qmpNote
        guard reading != nil || state != .unknown || note != nil else { return nil }
        return HostObservation(state: state, reading: reading, note: note)
    }

    // MARK: - Threads

    /// Reads the threads, by their names or by QMP's answer.
    ///
    /// - Parameters:
    ///   - samples: The processes that have just been read.
    ///   - askQMP: Asks QMP when that is due; called only where names tell nothing.
    func readThreads(
        _ samples: ProcessSamples = [:], _ askQMP: () async -> Void = {}
    ) async -> HostReading? {
        let reading: HostReading?
        do throws(Shortage) {
            try await readCommandLine()
            if let named = try await readNamedThreads(samples) {
                reading = named
            } else {
                if qmp != nil, listing == nil || listing?.count != guestCount {
                    // A listing with another number of vCPUs than the guest has is older than the
                    // last hot-plug.
                    await askQMP()
                }
                reading = try await readListedThreads()
            }
        } catch {
            shortage = error
            return nil
        }
        guard var reading else { return nil }
        recordThreads(of: reading)
        reading.incarnation = incarnation
        return reading
    }

    private func readCommandLine() async throws(Shortage) {
        guard commandLine == nil, let process = process ?? listing?.process else { return }
        switch try await reader.arguments(of: process) {
        case .known(let arguments): commandLine = QEMUCommandLine(ofAnyProgram: arguments)
        case .none: commandLine = QEMUCommandLine(ofAnyProgram: [])
        case .hang: break
        }
    }

    /// Records which thread runs each vCPU.
    ///
    /// A vCPU that is gone or has another thread was unplugged, so the guest may have reused its
    /// number.
    private func recordThreads(of reading: HostReading) {
        let new = Dictionary(
            reading.vcpus.map { ($0.index, VCPUThread(number: $0.thread, start: $0.threadStart)) },
            uniquingKeysWith: { $1 })
        if threads.contains(where: { new[$0.key] != $0.value }) { incarnation += 1 }
        threads = new
    }

    private func readNamedThreads(
        _ samples: ProcessSamples
    ) async throws(Shortage) -> HostReading? {
        guard let process else { return nil }
        let sample =
            if let result = samples[process] {
                try result.get()
            } else {
                try await reader.sampleNamedThreads(of: process)
            }
        guard let sample else {
            // The process has ended, and its number may be reused. The next exchange identifies the
            // process that serves the socket now.
            if self.process == process { self.process = nil }
            hasEnded = !lastTimes.isEmpty
            return nil
        }
        let reading = HostReading(
            namedThreads: sample.threads, readAt: now(), maximum: commandLine?.maximumVCPUs,
            isRestored: isRestored)
        if reading != nil { isStopped = sample.process.isStopped }
        return reading
    }

    private func readListedThreads() async throws(Shortage) -> HostReading? {
        guard let listing else { return nil }
        let threadIDs = Set(listing.indices.keys)
        guard let sample = try await reader.sampleThreads(threadIDs, of: listing.process) else {
            self.listing = nil
            hasEnded = true
            return nil
        }
        isStopped = sample.process.isStopped
        return HostReading(
            indices: listing.indices, threads: sample.threads, readAt: now(),
            maximum: commandLine?.maximumVCPUs, isRestored: isRestored)
    }

    /// See `HostReading.isRestored`; a process whose command line is not known may be restored.
    private var isRestored: Bool { commandLine?.isRestored ?? true }

    // MARK: - QMP

    func askQMP(whenDueUntil deadline: ContinuousClock.Instant) async {
        guard isAgentTried, qmpDue <= now() else { return }
        await askQMP(until: deadline)
    }

    @discardableResult
    private func askQMP(until deadline: ContinuousClock.Instant) async -> QMPAnswer? {
        guard let qmp else { return nil }
        qmpDue = now() + Self.qmpPause
        let agents = await livingProcess()?.processID
        let outcome = await QMPAnswer.ask(
            at: qmp, of: agents, until: deadline, recorder: recorder)
        lastQMP = outcome
        guard case .answer(let answer) = outcome else {
            qmpState = .unknown
            if case .stranger = outcome { listing = nil }
            return nil
        }
        qmpState = answer.runState
        provenAt = nil
        // Threads of another process are not the guest's, whatever QMP says.
        if let processID = answer.processID,
            let process = try? await reader.identity(of: processID)
        {
            var indices: [Int32: [HostIndex]] = [:]
            for cpu in answer.cpus {
                guard let index = HostIndex(validating: cpu.index) else { continue }
                indices[cpu.threadID, default: []].append(index)
            }
            listing = Listing(process: process, indices: indices)
            hasEnded = false
        }
        return answer
    }

    /// The process that serves the agent's socket; nil when it has ended.
    private func livingProcess() async -> ProcessIdentity? {
        if let expected { return expected }
        guard let process, (try? await reader.identity(of: process.processID)) == process else {
            return nil
        }
        return process
    }

    // MARK: - Run state

    private func recordTimes(of reading: HostReading?) {
        var times: [HostIndex: UInt64] = [:]
        for vcpu in reading?.vcpus ?? [] {
            guard let time = vcpu.timeNanoseconds else { continue }
            times[vcpu.index] = time
            if let last = lastTimes[vcpu.index], time > last { provenAt = now() }
        }
        lastTimes = times
        if let instant = provenAt, instant.duration(to: now()) > Self.proofOfRunning {
            provenAt = nil
        }
    }

    private func runState(_ reading: HostReading?) -> RunState {
        if hasEnded { return .shutdown }
        if isStopped { return .paused }
        if provenAt != nil { return .running }
        return qmpState
    }
}
