internal import GuestVCPU
internal import UnixSockets

/// Finds the QEMU guests of this host, and keeps what it knows of them between two looks.
actor GuestScanner {
    /// What a look has found.
    struct Result: Sendable {
        var guests: [Guest] = []
        /// The process of each guest.
        var processes: [GuestID: ProcessIdentity] = [:]
        var leftOut: [LeftOutGuest] = []
        var note: String?

        /// Whether there is nothing new in it.
        func isSame(as other: Result) -> Bool {
            guests.map(\.id) == other.guests.map(\.id) && processes == other.processes
                && leftOut == other.leftOut && note == other.note
        }
    }

    private struct Known {
        let commandLine: QEMUCommandLine
        var finding: GuestExamination.Finding
        /// The look at which a doubtful process is examined again.
        var dueAt = 0
        /// How many looks a doubtful process was left alone for.
        var pause = 0
    }

    /// The most guests that are found; what is beyond is said.
    private static let maximumGuests = 1024
    /// The most guests that are left out by name.
    private static let maximumLeftOut = 256
    /// The most looks that a doubtful process is left alone for: each connects to a socket that may
    /// be another's.
    private static let longestPause = 30

    private let isReadOnly: Bool
    private let questions: AgentQuestions
    private let reader: ProcessReader
    private let threadReader: ProcessReader
    private let census: ProcessCensus
    private var known: [ProcessIdentity: Known] = [:]
    private var look = ProcessCensus.Look()
    private var looks = 0
    /// What is in the way of a whole look.
    private var shortage: Shortage?
    private var lastIncarnation: UInt64 = 0
    private var underWay: Task<Result, Never>?

    /// - Parameters:
    ///   - reader: Looks at all processes.
    ///   - threadReader: Reads the threads of the guests.
    init(
        isReadOnly: Bool, questions: AgentQuestions = .all, reader: ProcessReader,
        threadReader: ProcessReader
    ) {
        self.isReadOnly = isReadOnly
        self.questions = questions
        self.reader = reader
        self.threadReader = threadReader
        census = ProcessCensus(reader: reader)
    }

    /// The processes of the guests that were found, by the guest.
    var processes: [GuestID: GuestProcess] {
        var processes: [GuestID: GuestProcess] = [:]
        for case .guest(let guest, let process) in known.values.map(\.finding) {
            processes[guest.id] = process
        }
        return processes
    }

    /// Looks at the processes; one look at a time, whichever task asks.
    func look() async -> Result {
        if let underWay { return await underWay.value }
        let task = Task { await lookNow() }
        underWay = task
        let result = await task.value
        underWay = nil
        return result
    }

    private func lookNow() async -> Result {
        looks += 1
        do throws(Shortage) {
            shortage = nil
            let new = try await census.look()
            known = known.filter { new.commandLines[$0.key] == $0.value.commandLine }
            look = new
            try await examine()
        } catch {
            // What was known is still the best that is known.
            shortage = error
        }
        return result
    }

    /// Examines the processes that are new or doubtful.
    private func examine() async throws(Shortage) {
        let due = look.commandLines.filter { known[$0.key].map(isDue) ?? true }
            .prefix(Self.maximumGuests)
        guard !due.isEmpty else { return }
        let passwd = try ProcFile.contents("/etc/passwd", limit: UserTable.maximumSize)
        let examination = GuestExamination(
            isReadOnly: isReadOnly, questions: questions, reader: reader,
            threadReader: threadReader,
            users: UserTable(passwd: passwd ?? []))
        typealias Answer = (ProcessIdentity, Swift.Result<GuestExamination.Finding, Shortage>)
        var failure: Shortage?
        await withTaskGroup(of: Answer.self) { group in
            for (identity, commandLine) in due {
                lastIncarnation += 1 << 32
                group.addTask { [lastIncarnation] in
                    do throws(Shortage) {
                        let finding = try await examination.examine(
                            identity, commandLine, incarnation: lastIncarnation)
                        return (identity, .success(finding))
                    } catch {
                        return (identity, .failure(error))
                    }
                }
            }
            for await (identity, answer) in group {
                switch answer {
                case .success(let finding): record(finding, of: identity)
                case .failure(let error): failure = error
                }
            }
        }
        if let failure { throw failure }
    }

    private func isDue(_ known: Known) -> Bool {
        guard case .leftOut(_, isDoubtful: true) = known.finding else { return false }
        return known.dueAt <= looks
    }

    private func record(_ finding: GuestExamination.Finding, of identity: ProcessIdentity) {
        guard let commandLine = look.commandLines[identity] else { return }
        var new = Known(commandLine: commandLine, finding: finding)
        new.pause = min(max(known[identity].map { $0.pause * 2 } ?? 1, 1), Self.longestPause)
        new.dueAt = looks + new.pause
        known[identity] = new
    }

    // MARK: - What is told

    private var result: Result {
        var result = Result()
        for (identity, known) in known.sorted(by: { $0.key.processID < $1.key.processID }) {
            switch known.finding {
            case .guest(let guest, _):
                result.guests.append(guest)
                result.processes[guest.id] = identity
            case .leftOut(let guest, _): result.leftOut.append(guest)
            case .noMachine: break
            }
        }
        result.guests.sort { ($0.id.name, $0.id.source) < ($1.id.name, $1.id.source) }
        result.leftOut += look.hanging.sorted().map(LeftOutGuest.init(hanging:))
        var notes: [String] = []
        if result.guests.isEmpty {
            notes.append("no QEMU process with a socket for its agent was found")
        }
        if result.leftOut.count > Self.maximumLeftOut {
            notes.append("\(result.leftOut.count - Self.maximumLeftOut) more guests are left out")
            result.leftOut.removeLast(result.leftOut.count - Self.maximumLeftOut)
        }
        if look.isPartial || look.commandLines.count > known.count {
            notes.append("there may be more guests: not every process could be looked at")
        }
        if let shortage { notes.append("not every process was looked at: \(shortage.summary)") }
        result.note = notes.isEmpty ? nil : notes.joined(separator: "; ").printable(limit: 1_000)
        return result
    }
}
