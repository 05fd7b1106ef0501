package import GuestVCPU

/// The guests of this host that QEMU runs, found by its processes' command lines.
///
/// Any user can start a process that looks like a QEMU. So a command line is believed only as far
/// as the system agrees: the process that has it must be the one that serves the agent's socket
/// that it names, at the first look and again at each exchange, before anything is sent.
///
/// Guests of libvirt are left alone: their channels are libvirt's. They are named among those that
/// are left out, unless another source lists them. No daemon is started.
package struct DiscoveredGuests: GuestSource {
    /// The source of the list; each guest's own is its agent's socket, as for sockets that were
    /// named.
    package let id = SourceID.qemuProcesses

    /// How seldom the processes are looked at.
    private static let pause = Duration.seconds(10)
    private static let patienceWithQMP = Duration.milliseconds(500)

    private let scanner: GuestScanner
    private let pause: Duration

    /// Creates a source that has not looked yet.
    ///
    /// - Parameters:
    ///   - isReadOnly: Whether there is to be no way to change a guest.
    ///   - questions: What a reading asks an agent.
    ///   - recorder: Records the exchanges with the guests.
    package init(
        isReadOnly: Bool = false, questions: AgentQuestions = .all, recorder: WireRecorder? = nil
    ) {
        self.init(
            isReadOnly: isReadOnly, questions: questions,
            reader: ProcessReader(root: "/proc", memory: .system), threadReader: .system,
            pause: Self.pause, recorder: recorder)
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
    }

    /// The guests that are there, at once and again when they change.
    ///
    /// A guest whose process is another one than before is read at once. The source always
    /// answers; its note says what was looked for where nothing was found.
    package func listings() -> AsyncStream<SourceListing> {
        AsyncStream { continuation in
            let task = Task { [scanner, pause] in
                var last: GuestScanner.Result?
                while !Task.isCancelled {
                    let found = await scanner.look()
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
    /// All wait for the slowest, so that QMP is not waited for long where it has to be asked.
    package func readHost(timeout: Duration) async -> [GuestID: HostObservation] {
        let deadline = ContinuousClock.now + min(timeout, Self.patienceWithQMP)
        return await withTaskGroup(of: (GuestID, HostObservation?).self) { group in
            for (id, process) in await scanner.processes {
                group.addTask { (id, await process.observe(until: deadline)) }
            }
            var observations: [GuestID: HostObservation] = [:]
            for await (id, observation) in group { observations[id] = observation }
            return observations
        }
    }
}
