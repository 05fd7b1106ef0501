internal import GuestVCPU
internal import QAPI
internal import UnixSockets

/// The QEMU process behind a guest's sockets, and what it says about the guest.
///
/// Only the system's word counts for which process that is: it is the one at the other end of a
/// socket. Its name and command line could be anybody's.
actor GuestProcess {
    /// A process that QMP told the threads of.
    private struct Listing {
        let process: ProcessIdentity
        let indices: [Int32: [HostIndex]]

        /// How many vCPUs it has.
        var count: Int { indices.values.reduce(0) { $0 + $1.count } }
    }

    /// Which thread, also after its number was given to another.
    private struct VCPUThread: Hashable {
        let number: Int?
        let start: UInt64?
    }

    /// For how long an answer of the agent or CPU time consumed says that the guest runs: longer
    /// than a guest that is not looked at is left alone.
    private static let proofOfRunning = Duration.seconds(20)
    /// How seldom QMP is asked again.
    private static let qmpPause = Duration.seconds(15)
    /// How long an agent that left an optional question unanswered is asked no other.
    private static let optionalQuestionsPause = Duration.seconds(60)

    private let qmp: SocketPlace?
    private let reader: ProcessReader
    private let recorder: WireRecorder?
    let now: @Sendable () -> ContinuousClock.Instant
    /// The process that has to be at the other end of the sockets; nil where any may be.
    private let expected: ProcessIdentity?

    /// The process at the other end of the agent's socket.
    private(set) var process: ProcessIdentity?
    /// The process that was there last, also after it has ended.
    private var lastProcess: ProcessIdentity?
    /// What the process was told when it was started; nil before that was read.
    private var commandLine: QEMUCommandLine?
    /// Changes whenever the guest's ids may mean other vCPUs than before.
    private(set) var incarnation: UInt64
    /// The boot that the guest's kernel claimed last.
    private var lastBoot: BootID?
    /// What was read of the guest's firmware.
    var firmware = FirmwareMemory()
    /// The thread of each vCPU, by the hypervisor's index.
    private var threads: [HostIndex: VCPUThread] = [:]
    /// How many vCPUs the guest has; nil before it has said so.
    private var guestCount: Int?
    private var listing: Listing?
    private var qmpDue: ContinuousClock.Instant
    private var qmpState = RunState.unknown
    private var provenAt: ContinuousClock.Instant?
    private var lastTimes: [HostIndex: UInt64] = [:]
    private var isStopped = false
    private var hasEnded = false
    /// Why less is known than was asked for.
    private var qmpNote: String?
    private var shortage: Shortage?
    /// When the agent may be asked again what it did not answer.
    private var optionalQuestionsDue: ContinuousClock.Instant
    /// Whether the agent was asked once, which is how the process becomes known without QMP.
    private var isAgentTried = false

    /// - Parameters:
    ///   - expected: The process that has to be at the other end of the sockets, where that is
    ///     known before they are connected to.
    ///   - commandLine: What that process was told, where it was read already.
    ///   - incarnation: The first one; another one than that of a process before it.
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

    /// Takes in which process is at the other end of the agent's socket, while it is open.
    ///
    /// - Returns: False when it is not the one that has to be.
    func recordPeer(_ processID: Int32?) async -> Bool {
        if let expected { return processID == expected.processID }
        guard let processID else { return true }
        let identity: ProcessIdentity?
        do throws(Shortage) {
            identity = try await reader.identity(of: processID)
        } catch {
            shortage = error
            return true
        }
        guard identity != process else { return true }
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

    /// What QMP told is of another process than the one that is known now.
    private func forgetQMP() {
        listing = nil
        qmpState = .unknown
        qmpDue = now()
    }

    /// Takes in that the agent has answered.
    ///
    /// - Parameter vcpus: Those that the guest has, where it said so.
    func recordAnswer(_ vcpus: CPUMap? = nil) {
        isAgentTried = true
        provenAt = now()
        if let vcpus { guestCount = vcpus.count }
    }

    /// Takes in that the agent was asked and has not answered.
    func recordFailure() {
        isAgentTried = true
    }

    /// Whether the agent may be asked what it can leave unanswered.
    var areOptionalQuestionsDue: Bool { optionalQuestionsDue <= now() }

    /// Leaves the agent alone with optional questions for a while, since it did not answer one.
    func deferOptionalQuestions() {
        optionalQuestionsDue = now() + Self.optionalQuestionsPause
    }

    /// Records which boot of the guest's kernel answers; another one than before means that the
    /// guest was rebooted inside the same process.
    func recordBoot(_ boot: BootID) {
        if let last = lastBoot, last != boot { incarnation += 1 }
        lastBoot = boot
    }

    /// Asks QEMU why the agent at a path does not answer, with no connection to it open.
    ///
    /// - Parameter path: As QEMU was told it.
    func reasonForSilence(
        ofAgentAt path: String, until deadline: ContinuousClock.Instant
    ) async -> AgentError? {
        guard let answer = await askQMP(until: deadline) else { return nil }
        return answer.reasonForSilence(ofAgentAt: path)
    }

    /// Reads the host's side.
    ///
    /// - Parameter deadline: Latest instant to wait for QMP, where that is asked.
    /// - Returns: Nil when nothing is known.
    func observe(until deadline: ContinuousClock.Instant) async -> HostObservation? {
        shortage = nil
        isStopped = false
        let reading = await readThreads { await self.askQMP(whenDueUntil: deadline) }
        // A shortage on our side says nothing of the guest.
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
    /// - Parameter askQMP: Asks QMP when it is due; only called where it is needed.
    func readThreads(
        _ askQMP: () async -> Void = {}
    ) async -> HostReading? {
        let reading: HostReading?
        do throws(Shortage) {
            try await readCommandLine()
            if let named = try await readNamedThreads() {
                reading = named
            } else {
                if qmp != nil, listing == nil || listing?.count != guestCount {
                    // A listing with fewer or more than the guest has is older than the last
                    // plugging.
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

    /// A vCPU that is gone, or that another thread runs by now, was unplugged: the guest may have
    /// given its number to another.
    private func recordThreads(of reading: HostReading) {
        let new = Dictionary(
            reading.vcpus.map { ($0.index, VCPUThread(number: $0.thread, start: $0.threadStart)) },
            uniquingKeysWith: { $1 })
        if threads.contains(where: { new[$0.key] != $0.value }) { incarnation += 1 }
        threads = new
    }

    private func readNamedThreads() async throws(Shortage) -> HostReading? {
        guard let process else { return nil }
        guard let sample = try await reader.sampleNamedThreads(of: process) else {
            // Ended, or its number is another's by now: the next exchange tells who is there.
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

    /// See `HostReading.isRestored`; a process that does not say how it began may have begun so.
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
        qmpNote = nil
        guard case .answer(let answer) = outcome else {
            qmpState = .unknown
            if case .stranger(let stranger) = outcome {
                listing = nil
                qmpNote =
                    "QMP was not asked: process \(stranger) serves \(qmp.text)"
                    + (agents.map { ", and process \($0) the agent's socket" } ?? "")
            }
            return nil
        }
        qmpState = answer.runState
        provenAt = nil
        // The threads are taken for what they are said to be only inside of that process.
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

    /// The process that serves the agent's socket, as far as it has not ended.
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
