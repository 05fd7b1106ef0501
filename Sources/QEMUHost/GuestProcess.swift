internal import GuestVCPU
internal import QAPI

/// The QEMU process behind a guest's sockets, and what it tells of the guest.
///
/// Only the system's word counts for which process that is: it is the one at the other end of a
/// socket. Its name and command line could be anybody's.
actor GuestProcess {
    /// A process that QMP told the threads of.
    private struct Listing {
        let process: ProcessIdentity
        let indices: [Int32: [Int]]
    }

    /// For how long an answer of the agent or CPU time consumed says that the guest runs: longer
    /// than a guest that is not looked at is left alone.
    private static let proofOfRunning = Duration.seconds(20)
    /// How seldom QMP is asked again.
    private static let qmpPause = Duration.seconds(15)

    private let qmpPath: String?
    private let reader: ProcessReader
    private let now: @Sendable () -> ContinuousClock.Instant

    /// The process at the other end of the agent's socket.
    private var process: ProcessIdentity?
    private var listing: Listing?
    private var qmpDue: ContinuousClock.Instant
    private var qmpState = RunState.unknown
    private var provenAt: ContinuousClock.Instant?
    private var lastTimes: [Int: UInt64] = [:]
    private var isStopped = false
    private var hasEnded = false
    /// Whether the agent was asked once, which is how the process becomes known without QMP.
    private var isAgentTried = false

    init(
        qmpPath: String?, reader: ProcessReader,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.qmpPath = qmpPath
        self.reader = reader
        self.now = now
        qmpDue = now()
    }

    /// Takes in which process is at the other end of the agent's socket, while it is open.
    func takePeer(_ processID: Int32) async {
        // The start is compared at each reading; as long as that agrees, it is the same process.
        guard process?.processID != processID else { return }
        process = await reader.identity(of: processID)
        if process != nil { hasEnded = false }
    }

    /// Takes in that the agent has answered.
    func takeAnswer() {
        isAgentTried = true
        provenAt = now()
    }

    /// Takes in that the agent was asked and has not answered.
    func takeFailure() {
        isAgentTried = true
    }

    /// Asks QEMU why the agent at a path does not answer, with no connection to it open.
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
        isStopped = false
        var reading = await readNamedThreads()
        if reading == nil, qmpPath != nil {
            if listing == nil { await askQMP(whenDueUntil: deadline) }
            reading = await readListedThreads()
        }
        takeTimes(of: reading)
        if provenAt == nil { await askQMP(whenDueUntil: deadline) }
        let state = runState(reading)
        guard reading != nil || state != .unknown else { return nil }
        return HostObservation(state: state, reading: reading)
    }

    // MARK: - Threads

    private func readNamedThreads() async -> HostReading? {
        guard let process else { return nil }
        guard let sample = await reader.sampleNamedThreads(of: process) else {
            // Ended, or its number is another's by now: the next exchange tells who is there.
            if self.process == process { self.process = nil }
            hasEnded = !lastTimes.isEmpty
            return nil
        }
        let reading = HostReading(namedThreads: sample.threads, readAt: now())
        if reading != nil { isStopped = sample.process.isStopped }
        return reading
    }

    private func readListedThreads() async -> HostReading? {
        guard let listing else { return nil }
        let threadIDs = Set(listing.indices.keys)
        guard let sample = await reader.sampleThreads(threadIDs, of: listing.process) else {
            self.listing = nil
            hasEnded = true
            return nil
        }
        isStopped = sample.process.isStopped
        return HostReading(indices: listing.indices, threads: sample.threads, readAt: now())
    }

    // MARK: - QMP

    private func askQMP(whenDueUntil deadline: ContinuousClock.Instant) async {
        guard isAgentTried, qmpDue <= now() else { return }
        await askQMP(until: deadline)
    }

    @discardableResult
    private func askQMP(until deadline: ContinuousClock.Instant) async -> QMPAnswer? {
        guard let qmpPath else { return nil }
        qmpDue = now() + Self.qmpPause
        guard let answer = await QMPAnswer.ask(at: qmpPath, until: deadline) else {
            qmpState = .unknown
            return nil
        }
        qmpState = answer.runState
        provenAt = nil
        // The threads are taken for what they are said to be only inside of that process.
        if let processID = answer.processID, let process = await reader.identity(of: processID) {
            var indices: [Int32: [Int]] = [:]
            for cpu in answer.cpus { indices[cpu.threadID, default: []].append(cpu.index) }
            listing = Listing(process: process, indices: indices)
            hasEnded = false
        }
        return answer
    }

    // MARK: - Run state

    private func takeTimes(of reading: HostReading?) {
        var times: [Int: UInt64] = [:]
        for vcpu in reading?.vcpus ?? [] {
            guard let time = vcpu.timeNanoseconds else { continue }
            times[vcpu.id] = time
            if let last = lastTimes[vcpu.id], time > last { provenAt = now() }
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
