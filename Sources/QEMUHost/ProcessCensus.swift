internal import UnixSockets

/// Finds the processes of this host that call themselves QEMU.
///
/// A process that is no QEMU is looked at again only now and then, since it can become one.
actor ProcessCensus {
    /// What a look has found.
    struct Look: Sendable {
        /// The command lines of the QEMUs.
        var commandLines: [ProcessIdentity: QEMUCommandLine] = [:]
        /// Processes that do not let their command line be read, which may be QEMUs.
        var hanging: Set<Int32> = []
        /// Whether processes were passed over because too many of their user hang.
        var isPartial = false
    }

    /// How often all processes are looked at again, in looks.
    private static let looksBetweenAll = 6
    /// How many command lines are read at the same time.
    private static let width = 8
    /// How many processes of one user may hang until the others of that user are passed over.
    ///
    /// A user can make any number of them, and must not hide other users' guests by that.
    private static let mostHangingOfUser = 4

    private let reader: ProcessReader
    /// Processes that were something else.
    private var others: Set<ProcessIdentity> = []
    private var known: [ProcessIdentity: QEMUCommandLine] = [:]
    private var looks = 0

    init(reader: ProcessReader) {
        self.reader = reader
    }

    /// Looks at the processes.
    func look() async throws(Shortage) -> Look {
        let processes = try await reader.identities(of: reader.processIDs())
        looks += 1
        let looksAtAll = looks % Self.looksBetweenAll == 0
        others = looksAtAll ? [] : others.intersection(processes)
        var look = Look()
        var unread: [ProcessIdentity] = []
        let users = try await crowdedUsers()
        for process in processes where !others.contains(process) {
            if !looksAtAll, let commandLine = known[process] {
                look.commandLines[process] = commandLine
            } else if !users.isEmpty, let user = try await reader.user(of: process.processID),
                users.contains(user)
            {
                look.isPartial = true
            } else {
                unread.append(process)
            }
        }
        try await read(unread, into: &look)
        known = look.commandLines
        look.hanging = await reader.memory.hangingProcesses
            .intersection(processes.map(\.processID))
        if await reader.memory.isFull { look.isPartial = true }
        return look
    }

    private func read(
        _ processes: [ProcessIdentity], into look: inout Look
    ) async throws(Shortage) {
        typealias Answer = (ProcessIdentity, Result<ProcessReader.Arguments, Shortage>)
        var answers: [Answer] = []
        await withTaskGroup(of: Answer.self) { [reader] group in
            var rest = processes[...]
            func next() {
                guard let process = rest.popFirst() else { return }
                group.addTask {
                    // In two steps: the optimizer of Swift 6.3 loses `process` where the tuple is
                    // made around a call that can throw.
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
                look.commandLines[process] = QEMUCommandLine(arguments)
                if look.commandLines[process] == nil { others.insert(process) }
            case .none: others.insert(process)
            // Known before, it is what it was.
            case .hang: look.commandLines[process] = known[process]
            }
        }
    }

    /// The users with too many hanging processes: their other processes are passed over.
    private func crowdedUsers() async throws(Shortage) -> Set<UInt32> {
        var counts: [UInt32: Int] = [:]
        for processID in await reader.memory.hangingProcesses {
            if let user = try await reader.user(of: processID) { counts[user, default: 0] += 1 }
        }
        return Set(counts.filter { $0.value >= Self.mostHangingOfUser }.keys)
    }
}
