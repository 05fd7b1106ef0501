import LabSupport
import QAPI
import Synchronization

/// An agent in memory, which answers a sync as it must and each other command with one text.
///
/// It looks at no more than it has to, since its instructions are counted too.
final class CannedAgent: ByteStream {
    private let reply: [UInt8]
    private let pending = Mutex<[UInt8]?>(nil)

    /// - Parameter text: What to return for a command.
    init(returning text: String) {
        reply = Array("{\"return\": \(text)}\n".utf8)
    }

    func send(
        _ bytes: [UInt8], until deadline: ContinuousClock.Instant
    ) async throws(ByteStreamError) {
        guard bytes.first == 0xFF else { return pending.withLock { $0 = reply } }
        let id = String(decoding: bytes.dropFirst(), as: UTF8.self).filter(\.isNumber)
        pending.withLock { $0 = [0xFF] + Array("{\"return\": \(id)}\n".utf8) }
    }

    func receive(until deadline: ContinuousClock.Instant) async throws(ByteStreamError) -> [UInt8] {
        let next = pending.withLock { $0.take() }
        guard let next else { throw .closed }
        return next
    }

    func close() async {}

    /// What agents return for `guest-get-vcpus`, spaced as theirs.
    static func vcpus(_ count: Int) -> String {
        let list = (0..<count).map {
            "{\"online\": true, \"can-offline\": \($0 > 0), \"logical-id\": \($0)}"
        }
        return "[\(list.joined(separator: ", "))]"
    }

    /// What agents return for `guest-info`.
    static let info: String = {
        let list = (0..<43).map {
            "{\"enabled\": true, \"name\": \"guest-command-number-\($0)\", "
                + "\"success-response\": true}"
        }
        let commands = "\"supported_commands\": [\(list.joined(separator: ", "))]"
        return "{\"version\": \"7.2.22\", \(commands)}"
    }()
}

/// Runs the jobs of tasks where it is asked to, so that nothing of them is elsewhere.
final class InlineExecutor: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
    }

    /// Runs something to its end, which waits for nothing but what is run here too.
    func run<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) throws -> Value {
        let outcome = Outcome<Value>()
        Task(executorPreference: self) {
            do {
                let value = try await body()
                outcome.result.withLock { $0 = .success(value) }
            } catch {
                outcome.result.withLock { $0 = .failure(error) }
            }
        }
        while let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
        guard let result = outcome.result.withLock({ $0 }) else {
            throw LabError.unexpected("something waits for another thread")
        }
        return try result.get()
    }

    private final class Outcome<Value: Sendable>: Sendable {
        let result = Mutex<Result<Value, any Error>?>(nil)
    }
}
