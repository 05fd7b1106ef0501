internal import GuestVCPU
internal import SafeText
internal import UnixSockets

/// Finds the QEMU guests of this host, and remembers them from one scan to the next.
actor GuestScanner {
    /// The result of a scan.
    struct Result: Sendable {
        var guests: [Guest] = []
        /// The process of each guest.
        var processes: [GuestID: ProcessIdentity] = [:]
        var leftOut: [LeftOutGuest] = []
        var note: String?

        /// Whether both list the same.
        func isSame(as other: Result) -> Bool {
            guests.map(\.id) == other.guests.map(\.id) && processes == other.processes
                && leftOut == other.leftOut && note == other.note
        }
    }

    private struct Known {
        let commandLine: QEMUCommandLine
        var finding: GuestExamination.Finding
        /// The scan in which a doubtful process is examined again.
        var dueAt = 0
        /// How many scans pass between two examinations of a doubtful process.
        var pause = 0

        /// Whether another examination can have another result.
        var isDoubtful: Bool {
            switch finding {
            case .guest(_, _, let isProven): !isProven
            case .leftOut(_, let isDoubtful): isDoubtful
            case .noMachine: false
            }
        }
    }

    /// A process that claims to be a guest.
    private struct Claim {
        let identity: ProcessIdentity
        let guest: Guest
        let process: GuestProcess
        let isProven: Bool

        /// Whether this claim beats another one to the same name and socket: a process that serves
        /// the socket comes first, then one of a trusted user, then the lower process number.
        func precedes(_ other: Claim) -> Bool {
            func rank(_ claim: Claim) -> (Int, Int, Int32) {
                (
                    claim.isProven ? 0 : 1, claim.guest.owner?.isTrusted == true ? 0 : 1,
                    claim.identity.processID
                )
            }
            return rank(self) < rank(other)
        }
    }

    /// The most guests that are listed; a note says that there are more.
    private static let maximumGuests = 1024
    /// The most left-out guests that are named; a note counts the rest.
    private static let maximumLeftOut = 256
    /// The most scans between two examinations of a doubtful process: each examination connects to
    /// a socket that may belong to another program.
    private static let longestPause = 30

    private let isReadOnly: Bool
    private let questions: AgentQuestions
    private let reader: ProcessReader
    private let threadReader: ProcessReader
    private let recorder: WireRecorder?
    private let census: ProcessCensus
    private var known: [ProcessIdentity: Known] = [:]
    private var processesFound = ProcessCensus.Scan()
    private var scans = 0
    /// The shortage that cut the last scan short.
    private var shortage: Shortage?
    private var lastIncarnation: UInt64 = 0
    private var underWay: Task<Result, Never>?

    /// - Parameters:
    ///   - reader: Reads all processes.
    ///   - threadReader: Reads the threads of the guests.
    init(
        isReadOnly: Bool, questions: AgentQuestions = .all, reader: ProcessReader,
        threadReader: ProcessReader, recorder: WireRecorder? = nil
    ) {
        self.isReadOnly = isReadOnly
        self.questions = questions
        self.reader = reader
        self.threadReader = threadReader
        self.recorder = recorder
        census = ProcessCensus(reader: reader)
    }

    /// The processes of the guests that were found, by the guest.
    var processes: [GuestID: GuestProcess] {
        claims().guests.mapValues(\.process)
    }

    /// The winning claim to each guest, and the other claims.
    private func claims() -> (guests: [GuestID: Claim], losers: [Claim]) {
        var guests: [GuestID: Claim] = [:]
        var losers: [Claim] = []
        for (identity, known) in known {
            guard case .guest(let guest, let process, let isProven) = known.finding else {
                continue
            }
            let claim = Claim(
                identity: identity, guest: guest, process: process, isProven: isProven)
            guard let other = guests[guest.id] else {
                guests[guest.id] = claim
                continue
            }
            guests[guest.id] = claim.precedes(other) ? claim : other
            losers.append(claim.precedes(other) ? other : claim)
        }
        return (guests, losers)
    }

    /// Scans the processes; concurrent callers share one scan.
    func scan() async -> Result {
        if let underWay { return await underWay.value }
        let task = Task { await scanNow() }
        underWay = task
        let result = await task.value
        underWay = nil
        return result
    }

    private func scanNow() async -> Result {
        scans += 1
        do throws(Shortage) {
            shortage = nil
            let new = try await census.scan()
            known = known.filter { new.commandLines[$0.key] == $0.value.commandLine }
            processesFound = new
            try await examine()
        } catch {
            // The results of the last scan stay valid.
            shortage = error
        }
        return result
    }

    /// Examines the processes that are new, and the doubtful ones that are due.
    private func examine() async throws(Shortage) {
        let due = processesFound.commandLines.filter { known[$0.key].map(isDue) ?? true }
            .prefix(Self.maximumGuests)
        guard !due.isEmpty else { return }
        let passwd = try ProcFile.contents("/etc/passwd", limit: UserTable.maximumSize)
        let examination = GuestExamination(
            isReadOnly: isReadOnly, questions: questions, reader: reader,
            threadReader: threadReader,
            users: UserTable(passwd: passwd ?? []), recorder: recorder)
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
        known.isDoubtful && known.dueAt <= scans
    }

    private func record(_ finding: GuestExamination.Finding, of identity: ProcessIdentity) {
        guard let commandLine = processesFound.commandLines[identity] else { return }
        var new = Known(commandLine: commandLine, finding: finding)
        // A guest that is found again keeps its process with all that it has learned.
        if case .guest(let guest, let process, _)? = known[identity]?.finding,
            case .guest(let found, _, let isProven) = finding, found.id == guest.id
        {
            new.finding = .guest(guest, process, isProven: isProven)
        }
        new.pause = min(max(known[identity].map { $0.pause * 2 } ?? 1, 1), Self.longestPause)
        new.dueAt = scans + new.pause
        known[identity] = new
    }

    // MARK: - Result

    private var result: Result {
        var result = Result()
        let (guests, losers) = claims()
        result.guests = guests.values.map(\.guest)
        result.processes = guests.mapValues(\.identity)
        let leftOut = known.compactMap { identity, known -> (ProcessIdentity, LeftOutGuest)? in
            guard case .leftOut(let guest, _) = known.finding else { return nil }
            return (identity, guest)
        }
        let outdone = losers.compactMap { claim -> (ProcessIdentity, LeftOutGuest)? in
            guard let commandLine = known[claim.identity]?.commandLine,
                case .agentSocket(let path) = claim.guest.id.source
            else { return nil }
            let winner = guests[claim.guest.id]?.identity.processID
            return (
                claim.identity,
                LeftOutGuest(claim.identity, commandLine, socket: path, servedBy: winner)
            )
        }
        result.leftOut = (leftOut + outdone).sorted { $0.0.processID < $1.0.processID }.map(\.1)
        result.guests.sort {
            ($0.id.name, $0.id.source.name) < ($1.id.name, $1.id.source.name)
        }
        result.leftOut += processesFound.hanging.sorted().map(LeftOutGuest.init(hanging:))
        var notes: [String] = []
        if result.guests.isEmpty {
            notes.append("no QEMU process with a socket for its agent was found")
        }
        if result.leftOut.count > Self.maximumLeftOut {
            notes.append("\(result.leftOut.count - Self.maximumLeftOut) more guests are left out")
            result.leftOut.removeLast(result.leftOut.count - Self.maximumLeftOut)
        }
        if processesFound.isPartial || processesFound.commandLines.count > known.count {
            notes.append("there may be more guests: not every process could be read")
        }
        if let shortage { notes.append("not every process was read: \(shortage.summary)") }
        result.note = notes.isEmpty ? nil : notes.joined(separator: "; ").printable(limit: 1_000)
        return result
    }
}
