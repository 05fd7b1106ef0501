import Foundation
import Glibc
import GuestVCPU
import LabSupport
import Simulation
import Synchronization
import UnixSockets

/// The process of simulated agents: this program in another role.
///
/// It serves them until its standard input ends, and then writes when each was asked.
enum AgentServer {
    /// How it is called: `Benchmarks agents FOLDER COUNT VCPUS HUNG`.
    static let role = "agents"

    /// How long a real agent that has no client takes at most until it looks for one.
    private static let latency = Duration.milliseconds(100)

    static func run(_ arguments: [String]) async throws {
        guard arguments.count == 4, let count = Int(arguments[1]), let vcpus = Int(arguments[2])
        else { throw LabError.unexpected("agents: FOLDER COUNT VCPUS HUNG") }
        DescriptorLimit.raise()
        let calls = Mutex<[(agent: Int, at: Duration)]>([])
        let epoch = ContinuousClock.now
        var agents: [SimulatedAgent] = []
        for number in 0..<count {
            var traits = AgentTraits()
            traits.latency = latency
            let isHung = arguments[3] == "half" && number % 2 == 1
            // An agent asks for the time when a client comes and when it works.
            agents.append(
                try SimulatedAgent(
                    SimulatedGuest(count: vcpus, seed: UInt64(number)),
                    path: "\(arguments[0])/\(number)", traits: traits,
                    faults: isHung ? [ScriptedFault(.hang, at: .sync, isRepeated: true)] : []
                ) {
                    let elapsed = ContinuousClock.now - epoch
                    calls.withLock { $0.append((number, elapsed)) }
                    return elapsed
                })
        }
        for agent in agents { await agent.start() }
        write("ready\n")
        while readLine() != nil {}
        write(
            calls.withLock { calls in
                calls.map { "\($0.agent) \(Int($0.at / .microseconds(1)))\n" }.joined()
            })
    }

    private static func write(_ text: String) {
        FileHandle.standardOutput.write(Data(text.utf8))
    }
}

/// Simulated agents in a process of their own.
final class AgentProcess {
    let count: Int
    private let folder: String
    private let child: Child

    /// Starts it, and waits until the agents listen.
    ///
    /// - Parameter hung: Whether every second agent never answers.
    init(count: Int, vcpus: Int, hung: Bool = false) throws {
        self.count = count
        folder = try makeLabFolder()
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        child = try Child([
            program, AgentServer.role, folder, "\(count)", "\(vcpus)", hung ? "half" : "none",
        ])
        guard try child.line(within: .seconds(60)) == "ready" else {
            throw LabError.ended(program: "agents", log: "")
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// The sockets, in the order of the agents.
    var sockets: [String] { (0..<count).map { "\(folder)/\($0)" } }

    /// The arguments that have vcputop show them.
    var arguments: [String] {
        sockets.enumerated().flatMap { ["--agent", "guest-\($0 + 1)=\($1)"] }
    }

    /// Ends it.
    ///
    /// - Returns: When each agent was asked or worked, in seconds.
    @discardableResult
    func stop() throws -> [[Double]] {
        child.closeInput()
        let result = try child.finish(within: .seconds(60))
        guard result.status == 0 else {
            throw LabError.ended(program: "agents", log: result.errors)
        }
        var calls: [[Double]] = Array(repeating: [], count: count)
        for line in result.output.split(separator: "\n") {
            let numbers = line.split(separator: " ").compactMap { Int($0) }
            guard numbers.count == 2, calls.indices.contains(numbers[0]) else {
                throw LabError.unexpected("the agents say \(line)")
            }
            calls[numbers[0]].append(Double(numbers[1]) / 1e6)
        }
        return calls
    }
}
