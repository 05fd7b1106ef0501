package import GuestVCPU

/// The guests of this host's QEMU processes, found by their command lines.
///
/// Any user can start a process that looks like a QEMU. So a command line is believed only if the
/// system confirms it: the process must serve the agent's socket that its command line names. This
/// is checked at the first scan, and again in each exchange before anything is sent.
///
/// libvirt uses the channels of its guests itself, so they are not listed here. The listing names
/// them as left out, unless another source lists them. No daemon is started.
package struct DiscoveredGuests: GuestSource {
    /// The source of the list; each guest's own is its agent's socket, as for sockets that were
    /// named.
    package let id = SourceID.qemuProcesses

    /// The time between two scans of the processes.
    private static let pause = Duration.seconds(10)
    private static let patienceWithQMP = Duration.milliseconds(500)

    private let scanner: GuestScanner
    private let threadReader: ProcessReader
    private let pause: Duration

    /// Creates a source; it does not scan yet.
    ///
    /// - Parameters:
    ///   - isReadOnly: Whether to make no writers for the guests.
    ///   - isReadOnce: Whether the host's side will be read only once or twice.
    ///   - questions: The questions of a reading.
    ///   - recorder: Records the exchanges with the guests.
    package init(
        isReadOnly: Bool = false, isReadOnce: Bool = false, questions: AgentQuestions = .all,
        recorder: WireRecorder? = nil
    ) {
        self.init(
            isReadOnly: isReadOnly, questions: questions,
            reader: ProcessReader(root: "/proc", memory: .system),
            threadReader: isReadOnce ? .once : .system, pause: Self.pause, recorder: recorder)
    }

    init(
        isReadOnly: Bool, questions: AgentQuestions = .all, reader: ProcessReader,
        threadReader: ProcessReader, pause: Duration, recorder: WireRecorder? = nil
    ) {
        scanner = GuestScanner(
            isReadOnly: isReadOnly, questions: questions, reader: reader,
            threadReader: threadReader,
            recorder: recorder)
        self.pause = pause
        self.threadReader = threadReader
    }

    /// Lists the guests at once, and again when they change.
    ///
    /// A guest that runs in another process than before needs a refresh. The source is always `ok`;
    /// its note says what the scan looks for where it found nothing.
    package func listings() -> AsyncStream<SourceListing> {
        AsyncStream { continuation in
            let task = Task { [scanner, pause] in
                var last: GuestScanner.Result?
                while !Task.isCancelled {
                    let found = await scanner.scan()
                    if last?.isSame(as: found) != true {
                        let renewed = found.processes.filter { id, process in
                            last?.processes[id].map { $0 != process } ?? false
                        }
                        continuation.yield(
                            SourceListing(
                                status: .ok, guests: found.guests,
                                needingRefresh: Set(renewed.keys),
                                leftOut: found.leftOut, note: found.note))
                        last = found
                    }
                    try? await Task.sleep(
                        for: pause, tolerance: pause / 10, clock: .continuous)
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// Reads the threads of all guests' processes.
    ///
    /// The slowest guest delays the others, so the deadline is short where QMP has to be asked.
    package func readHost(timeout: Duration) async -> [GuestID: HostObservation] {
        let deadline = ContinuousClock.now + min(timeout, Self.patienceWithQMP)
        let processes = await scanner.processes
        // In one go: each change of actors costs as much as a file.
        var identities: [ProcessIdentity] = []
        for process in processes.values {
            if let identity = await process.process { identities.append(identity) }
        }
        let samples = await threadReader.sampleNamedThreads(of: identities)
        return await withTaskGroup(of: (GuestID, HostObservation?).self) { group in
            for (id, process) in processes {
                group.addTask { (id, await process.observe(until: deadline, samples: samples)) }
            }
            var observations: [GuestID: HostObservation] = [:]
            for await (id, observation) in group { observations[id] = observation }
            return observations
        }
    }

    /// The processes are this machine's.
    package var hostID: HostID? { .local }

    package func readPhysicalHost() async -> PhysicalHostReading? { await LocalHost.system.read() }
}
