internal import GuestVCPU
internal import SafeText
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

        /// Whether looking again can end otherwise.
        var isDoubtful: Bool {
            switch finding {
            case .guest(_, _, let isProven): !isProven
            case .leftOut(_, let isDoubtful): isDoubtful
            case .noMachine: false
            }
        }
    }

    /// A process that is taken for a guest.
    private struct Claim {
        let identity: ProcessIdentity
        let guest: Guest
        let process: GuestProcess
        let isProven: Bool

        /// Whether it goes before another process that claims the same name and socket: one that
        /// was seen to serve the socket, then one of a trusted user, then the older number.
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
    private let recorder: WireRecorder?
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

    /// The process of each guest, and those that claim what another has.
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
        known.isDoubtful && known.dueAt <= looks
    }

    private func record(_ finding: GuestExamination.Finding, of identity: ProcessIdentity) {
        guard let commandLine = look.commandLines[identity] else { return }
        var new = Known(commandLine: commandLine, finding: finding)
        // The same guest as before keeps what it has learned, whether or not it is proven now.
        if case .guest(let guest, let process, _)? = known[identity]?.finding,
            case .guest(let found, _, let isProven) = finding, found.id == guest.id
        {
            new.finding = .guest(guest, process, isProven: isProven)
        }
        new.pause = min(max(known[identity].map { $0.pause * 2 } ?? 1, 1), Self.longestPause)
        new.dueAt = looks + new.pause
        known[identity] = new
    }

    // MARK: - What is told

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
