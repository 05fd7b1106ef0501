import LabSupport
import QAPI
import Synchronization

/// An agent in memory, which answers a sync as it must and each other command with a text.
final class CannedAgent: ByteStream {
    private let replies: [String: [UInt8]]
    private let pending = Mutex<[[UInt8]]>([])

    /// - Parameter replies: What to return for each command.
    init(_ replies: [String: String]) {
        self.replies = replies.mapValues { Array("{\"return\": \($0)}\n".utf8) }
    }

    func send(
        _ bytes: [UInt8], until deadline: ContinuousClock.Instant
    ) async throws(ByteStreamError) {
        let text = String(decoding: bytes.drop { $0 == 0xFF }, as: UTF8.self)
        guard let name = replies.keys.first(where: text.contains), let reply = replies[name] else {
            let id = text.drop { !$0.isNumber }.prefix { $0.isNumber }
            return pending.withLock { $0.append([0xFF] + Array("{\"return\": \(id)}\n".utf8)) }
        }
        pending.withLock { $0.append(reply) }
    }

    func receive(until deadline: ContinuousClock.Instant) async throws(ByteStreamError) -> [UInt8] {
        let next = pending.withLock { $0.isEmpty ? nil : $0.removeFirst() }
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
