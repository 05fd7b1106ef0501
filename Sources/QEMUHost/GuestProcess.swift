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

    private let qmpPath: String?
    private let reader: ProcessReader
    let now: @Sendable () -> ContinuousClock.Instant
    /// The process that has to be at the other end of the sockets; nil where any may be.
    private let expected: ProcessIdentity?

    /// The process at the other end of the agent's socket.
    private(set) var process: ProcessIdentity?
    /// What the process was told when it was started; nil before that was read.
    private var commandLine: QEMUCommandLine?
    /// Changes whenever the guest's ids may mean other vCPUs than before.
    private(set) var incarnation: UInt64 = 0
    /// The boot that the guest's kernel claimed last.
    private var lastBoot: BootID?
    /// What was read of the guest's firmware.
    var firmware = FirmwareMemory()
    /// The thread of each vCPU, by the hypervisor's index.
    private var threads: [Int: VCPUThread] = [:]
    /// How many vCPUs the guest has; nil before it has said so.
    private var guestCount: Int?
    private var listing: Listing?
    private var qmpDue: ContinuousClock.Instant
    private var qmpState = RunState.unknown
    private var provenAt: ContinuousClock.Instant?
    private var lastTimes: [Int: UInt64] = [:]
    private var isStopped = false
    private var hasEnded = false
    /// Whether the agent was asked once, which is how the process becomes known without QMP.
    private var isAgentTried = false

    /// - Parameters:
    ///   - expected: The process that has to be at the other end of the sockets, where that is
    ///     known before they are connected to.
    ///   - commandLine: What that process was told, where it was read already.
    init(
        qmpPath: String?, expected: ProcessIdentity? = nil, commandLine: QEMUCommandLine? = nil,
        reader: ProcessReader,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.qmpPath = qmpPath
        self.expected = expected
        self.commandLine = commandLine
        self.reader = reader
        self.now = now
        qmpDue = now()
        process = expected
    }

    /// Takes in which process is at the other end of the agent's socket, while it is open.
    ///
    /// - Returns: False when it is not the one that has to be.
    func takePeer(_ processID: Int32?) async -> Bool {
        if let expected { return processID == expected.processID }
        // The start is compared at each reading; as long as that agrees, it is the same process.
        guard let processID, process?.processID != processID else { return true }
        let identity = await reader.identity(of: processID)
        if process != nil || !threads.isEmpty { incarnation += 1 }
        threads = [:]
        lastBoot = nil
        process = identity
        commandLine = nil
        if identity != nil { hasEnded = false }
        return true
    }

    /// Takes in that the agent has answered.
    ///
    /// - Parameter vcpus: Those that the guest has, where it said so.
    func takeAnswer(_ vcpus: CPUMap? = nil) {
        isAgentTried = true
        provenAt = now()
        if let vcpus { guestCount = vcpus.count }
    }

    /// Takes in that the agent was asked and has not answered.
    func takeFailure() {
        isAgentTried = true
    }

    /// Records which boot of the guest's kernel answers; another one than before means that the
    /// guest was rebooted inside the same process.
    func takeBoot(_ boot: BootID) {
        if let last = lastBoot, last != boot { incarnation += 1 }
        lastBoot = boot
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
        let reading = await readThreads { await self.askQMP(whenDueUntil: deadline) }
        takeTimes(of: reading)
        if provenAt == nil { await askQMP(whenDueUntil: deadline) }
        let state = runState(reading)
        guard reading != nil || state != .unknown else { return nil }
        return HostObservation(state: state, reading: reading)
    }

    // MARK: - Threads

    /// Reads the threads, by their names or by what QMP told of them.
    ///
    /// - Parameter askQMP: Asks QMP when it is due; only called where it is needed.
    func readThreads(
        _ askQMP: () async -> Void = {}
    ) async -> HostReading? {
        await readCommandLine()
        var reading = await readNamedThreads()
        if reading == nil, qmpPath != nil {
            // A listing with fewer or more than the guest has is older than the last plugging.
            if listing == nil || listing?.count != guestCount { await askQMP() }
            reading = await readListedThreads()
        }
        guard var reading else { return nil }
        take(threadsOf: reading)
        reading.incarnation = incarnation
        return reading
    }

    private func readCommandLine() async {
        guard commandLine == nil, let process = process ?? listing?.process else { return }
        commandLine = QEMUCommandLine(ofAnyProgram: await reader.arguments(of: process) ?? [])
    }

    /// A vCPU that is gone, or that another thread runs by now, was unplugged: the guest may have
    /// given its number to another.
    private func take(threadsOf reading: HostReading) {
        let new = Dictionary(
            reading.vcpus.map { ($0.id, VCPUThread(number: $0.thread, start: $0.threadStart)) },
            uniquingKeysWith: { $1 })
        if threads.contains(where: { new[$0.key] != $0.value }) { incarnation += 1 }
        threads = new
    }

    private func readNamedThreads() async -> HostReading? {
        guard let process else { return nil }
        guard let sample = await reader.sampleNamedThreads(of: process) else {
            // Ended, or its number is another's by now: the next exchange tells who is there.
            if self.process == process { self.process = nil }
            hasEnded = !lastTimes.isEmpty
            return nil
        }
        let reading = HostReading(
            namedThreads: sample.threads, readAt: now(), maximum: commandLine?.maximumVCPUs,
            isRestored: commandLine?.isRestored == true)
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
        return HostReading(
            indices: listing.indices, threads: sample.threads, readAt: now(),
            maximum: commandLine?.maximumVCPUs, isRestored: commandLine?.isRestored == true)
    }

    // MARK: - QMP

    func askQMP(whenDueUntil deadline: ContinuousClock.Instant) async {
        guard isAgentTried, qmpDue <= now() else { return }
        await askQMP(until: deadline)
    }

    @discardableResult
    private func askQMP(until deadline: ContinuousClock.Instant) async -> QMPAnswer? {
        guard let qmpPath else { return nil }
        qmpDue = now() + Self.qmpPause
        guard
            let answer = await QMPAnswer.ask(
                at: qmpPath, of: expected?.processID, until: deadline)
        else {
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
