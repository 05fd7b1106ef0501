internal import GuestVCPU
internal import UnixSockets

/// Finds the QEMU processes of this host, and keeps what it knows of them between two looks.
///
/// A process that is no QEMU is looked at again only now and then, since it can become one.
actor GuestScanner {
    /// What is found of one process.
    private enum Finding {
        case guest(Guest, GuestProcess)
        case libvirts
        case withoutAgent
        /// Left out, and why.
        case doubtful(String)
    }

    /// What a look has found.
    struct Result: Sendable {
        let guests: [Guest]
        let note: String?
    }

    /// The most guests that are found; what is beyond is said.
    private static let maximumGuests = 1024
    /// How often all processes are looked at again, in looks.
    private static let looksBetweenAll = 6
    /// How long a socket may take until it says who serves it.
    private static let patience = Duration.seconds(1)
    /// How long a process may take until it says what it is.
    private static let patienceWithProcess = Duration.seconds(2)
    /// The most processes that are waited for in vain; nothing more is looked at then.
    private static let maximumHung = 4

    private let isReadOnly: Bool
    /// Looks at processes; another one for each that kept it waiting.
    private var reader: ProcessReader
    /// Reads the threads of the guests, whatever else hangs.
    private let threadReader: ProcessReader
    private var findings: [ProcessIdentity: Finding] = [:]
    /// Processes that were something else.
    private var others: Set<Int32> = []
    /// Processes that keep who looks at them waiting.
    private var hung: Set<Int32> = []
    private var looks = 0
    private var underWay: Task<Result, Never>?

    init(isReadOnly: Bool, reader: ProcessReader, threadReader: ProcessReader) {
        self.isReadOnly = isReadOnly
        self.reader = reader
        self.threadReader = threadReader
    }

    /// The processes of the guests that were found, by the guest.
    var processes: [GuestID: GuestProcess] {
        var processes: [GuestID: GuestProcess] = [:]
        for case .guest(let guest, let process) in findings.values { processes[guest.id] = process }
        return processes
    }

    /// Looks at the processes; one look at a time, whoever asks.
    func look() async -> Result {
        if let underWay { return await underWay.value }
        let task = Task { await lookNow() }
        underWay = task
        let result = await task.value
        underWay = nil
        return result
    }

    private func lookNow() async -> Result {
        let processIDs = await reader.processIDs()
        looks += 1
        others = looks % Self.looksBetweenAll == 0 ? [] : others.intersection(processIDs)
        hung.formIntersection(processIDs)
        var found: [ProcessIdentity: Finding] = [:]
        var new: [ProcessIdentity: QEMUCommandLine] = [:]
        for processID in processIDs where !others.contains(processID) && !hung.contains(processID) {
            guard hung.count < Self.maximumHung else { break }
            guard let identity = await identity(ofQEMU: processID) else { continue }
            if let known = findings[identity] {
                found[identity] = known
            } else if found.count + new.count < Self.maximumGuests,
                let commandLine = await commandLine(of: identity)
            {
                new[identity] = commandLine
            }
        }
        await withTaskGroup(of: (ProcessIdentity, Finding).self) { group in
            for (identity, commandLine) in new {
                group.addTask { (identity, await self.examine(identity, commandLine)) }
            }
            for await (identity, finding) in group { found[identity] = finding }
        }
        findings = found
        return result
    }

    /// Nil where a process is no QEMU, or does not say what it is.
    private func identity(ofQEMU processID: Int32) async -> ProcessIdentity? {
        let identity = await ask(processID) { reader -> ProcessIdentity? in
            guard let name = await reader.programName(of: processID),
                QEMUCommandLine.isProgram(name)
            else { return nil }
            return await reader.identity(of: processID)
        }
        if identity == .some(nil) { others.insert(processID) }
        return identity ?? nil
    }

    private func commandLine(of identity: ProcessIdentity) async -> QEMUCommandLine? {
        let arguments = await ask(identity.processID) { await $0.arguments(of: identity) }
        return (arguments ?? nil).flatMap(QEMUCommandLine.init)
    }

    /// Looks at a process, which can keep waiting who does, and be it by its command line lying
    /// in a file that another program never delivers.
    ///
    /// - Returns: Nil when it did; another reader looks at the next one.
    private func ask<T: Sendable>(
        _ processID: Int32, _ look: @escaping @Sendable (ProcessReader) async -> T
    ) async -> T? {
        let (answers, answer) = AsyncStream<T?>.makeStream()
        Task { [reader] in
            answer.yield(await look(reader))
            // It was merely slow: the next look has it.
            hung.remove(processID)
        }
        let timer = Task {
            try? await Task.sleep(for: Self.patienceWithProcess, clock: .continuous)
            answer.yield(nil)
        }
        defer { timer.cancel() }
        for await case let value? in answers.prefix(1) { return value }
        hung.insert(processID)
        reader = reader.another
        return nil
    }

    /// Holds a command line against the process that serves its agent's socket.
    private func examine(
        _ identity: ProcessIdentity, _ commandLine: QEMUCommandLine
    ) async -> Finding {
        if commandLine.libvirt != nil { return .libvirts }
        guard let agentPath = commandLine.agentPath else { return .withoutAgent }
        let prefix = await reader.rootPrefix(of: identity.processID)
        func reachable(_ path: String) -> String {
            // A relative path is QEMU's own, from where it stands.
            path.hasPrefix("/") ? prefix + path : "/proc/\(identity.processID)/cwd/\(path)"
        }
        let path = reachable(agentPath)
        let name = commandLine.name ?? "qemu-\(identity.processID)"
        // A socket that cannot be connected to is a row that says so.
        if let stream = try? await UnixStream.connect(to: path, until: .now + Self.patience) {
            let peer = stream.peer.processID
            await stream.close()
            guard peer == identity.processID else {
                return .doubtful(
                    "'\(name)' (process \(identity.processID)), whose socket \(path) "
                        + (peer.map { "is served by process \($0)" } ?? "is served by nobody here"))
            }
        }
        let process = GuestProcess(
            qmpPath: commandLine.qmpPath.map(reachable), expected: identity,
            commandLine: commandLine, reader: threadReader
        ) { .now }
        let socket = AgentSocket(path: path, process: process, patienceWithQMP: .seconds(1))
        let guest = Guest(
            id: GuestID(source: "agent:\(path)", name: name, uuid: commandLine.uuid),
            reader: socket, writer: isReadOnly ? nil : AgentSocketWriter(socket: socket))
        return .guest(guest, process)
    }

    private var result: Result {
        var guests: [Guest] = []
        var doubts: [String] = []
        var (libvirts, withoutAgent) = (0, 0)
        for (_, finding) in findings.sorted(by: { $0.key.processID < $1.key.processID }) {
            switch finding {
            case .guest(let guest, _): guests.append(guest)
            case .libvirts: libvirts += 1
            case .withoutAgent: withoutAgent += 1
            case .doubtful(let doubt): doubts.append(doubt)
            }
        }
        var notes: [String] = []
        if guests.isEmpty {
            notes.append("no QEMU process with a socket for its agent was found")
            if libvirts > 0 { notes.append("left to libvirt: \(libvirts)") }
        }
        if withoutAgent > 0 { notes.append("without such a socket: \(withoutAgent)") }
        if !doubts.isEmpty {
            notes.append("left out: " + doubts.prefix(5).joined(separator: ", "))
        }
        if !hung.isEmpty {
            notes.append(
                "left out, since they do not let themselves be looked at: processes "
                    + hung.sorted().map(String.init).joined(separator: ", "))
        }
        if findings.count >= Self.maximumGuests || hung.count >= Self.maximumHung {
            notes.append("there may be more")
        }
        return Result(
            guests: guests.sorted { ($0.id.name, $0.id.source) < ($1.id.name, $1.id.source) },
            note: notes.isEmpty ? nil : notes.joined(separator: "; ").printable(limit: 1_000))
    }
}
