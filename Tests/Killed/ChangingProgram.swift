import Foundation
import GuestVCPU
import Journal
import QEMUHost

/// The program that is killed: changes its guest, over and over, and records each change.
enum ChangingProgram {
    static let role = "change"
    /// Small, so that the files rotate all the time.
    static let limit = 48 << 10

    static func guest(at socket: String) -> GuestID {
        GuestID(source: .agentSocket(path: socket), name: "web")
    }

    static func journal(in folder: String) -> Journal {
        Journal(in: folder, author: JournalAuthor(user: "root", login: nil), limit: limit)
    }

    static func run(socket: String, folder: String) async throws {
        let journal = journal(in: folder)
        let runner = TransactionRunner(
            writer: AgentSocket(path: socket), timeout: .seconds(20),
            journal: journal.changes(of: guest(at: socket)))
        var isReady = false
        var random = SystemRandomNumberGenerator()
        // A last resort, should the program that kills this one be gone.
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end {
            var targets = VCPUTargets()
            for id in 1...5 where Bool.random(using: &random) {
                targets[id] = Bool.random(using: &random)
            }
            guard let request = try? ChangeRequest(targets) else { continue }
            let result = await runner.run(
                request, policy: Bool.random(using: &random) ? .rollBack : .keepGoing)
            let isHarmless = [.committed, .unchanged, .failed, .rolledBack, .partial]
                .contains(result.outcome)
            guard isHarmless, result.journalError == nil else {
                print(
                    "\(result.outcome): \(result.failures) \(String(describing: result.journalError))"
                )
                exit(1)
            }
            if !isReady { FileHandle.standardOutput.write(Data("ready\n".utf8)) }
            isReady = true
        }
    }
}
