internal import UnixSockets

/// Finds the processes of this host that call themselves QEMU.
///
/// A process that is not QEMU is read again only now and then, since it can become one.
actor ProcessCensus {
    /// The result of a scan.
    struct Scan: Sendable {
        /// The command lines of the QEMU processes.
        var commandLines: [ProcessIdentity: QEMUCommandLine] = [:]
        /// Processes whose command line cannot be read, since the read hangs; they may be QEMU.
        var hanging: Set<Int32> = []
        /// Whether some processes were skipped, since too many reads hang.
        var isPartial = false
    }

    /// The number of scans from one that reads all processes to the next.
    private static let scansBetweenAll = 6
    /// How many command lines are read at the same time.
    private static let width = 8
    /// How many processes of one user may hang before the user's other processes are skipped.
    ///
    /// A user can start any number of such processes, and must not hide other users' guests so.
    private static let mostHangingOfUser = 4

    private let reader: ProcessReader
    /// Processes that are not QEMU.
    private var others: Set<ProcessIdentity> = []
    private var known: [ProcessIdentity: QEMUCommandLine] = [:]
    private var scans = 0

    init(reader: ProcessReader) {
        self.reader = reader
    }

    /// Scans the processes.
    func scan() async throws(Shortage) -> Scan {
        let processes = try await reader.identities(of: reader.processIDs())
        scans += 1
        let readsAll = scans % Self.scansBetweenAll == 0
        others = readsAll ? [] : others.intersection(processes)
        var scan = Scan()
        var unread: [ProcessIdentity] = []
        let users = try await crowdedUsers()
        for process in processes where !others.contains(process) {
            if !readsAll, let commandLine = known[process] {
                scan.commandLines[process] = commandLine
            } else if !users.isEmpty, let user = try await reader.user(of: process.processID),
                users.contains(user)
            {
                scan.isPartial = true
            } else {
                unread.append(process)
            }
        }
        try await read(unread, into: &scan)
        known = scan.commandLines
        scan.hanging = await reader.memory.hangingProcesses
            .intersection(processes.map(\.processID))
        if await reader.memory.isFull { scan.isPartial = true }
        return scan
    }

    private func read(
        _ processes: [ProcessIdentity], into scan: inout Scan
    ) async throws(Shortage) {
        typealias Answer = (ProcessIdentity, Result<ProcessReader.Arguments, Shortage>)
        var answers: [Answer] = []
        await withTaskGroup(of: Answer.self) { [reader] group in
            var rest = processes[...]
            func next() {
                guard let process = rest.popFirst() else { return }
                group.addTask {
                    // The call and the tuple are separate statements: the optimizer of Swift 6.3
                    // loses `process` where the tuple is made around a call that can throw.
                    let arguments: Result<ProcessReader.Arguments, Shortage>
                    do throws(Shortage) {
                        arguments = .success(
                            try await reader.arguments(
                                of: process, if: QEMUCommandLine.isProgram))
                    } catch {
                        arguments = .failure(error)
                    }
                    return (process, arguments)
                }
            }
            for _ in 0..<Self.width { next() }
            for await answer in group {
                answers.append(answer)
                next()
            }
        }
        for (process, answer) in answers {
            switch try answer.get() {
            case .known(let arguments):
                scan.commandLines[process] = QEMUCommandLine(arguments)
                if scan.commandLines[process] == nil { others.insert(process) }
            case .none: others.insert(process)
            // A process that was read earlier keeps its command line.
            case .hang: scan.commandLines[process] = known[process]
            }
        }
    }

    /// The users with too many hanging processes, whose other processes are skipped.
    private func crowdedUsers() async throws(Shortage) -> Set<UInt32> {
        var counts: [UInt32: Int] = [:]
        for processID in await reader.memory.hangingProcesses {
            if let user = try await reader.user(of: processID) { counts[user, default: 0] += 1 }
        }
        return Set(counts.filter { $0.value >= Self.mostHangingOfUser }.keys)
    }
}
