import Foundation
import Synchronization

/// A processor as an agent reports it.
public struct ReportedCPU: Equatable, Sendable {
    /// The guest kernel's number of it.
    public let id: Int
    /// Whether the guest schedules on it.
    public let online: Bool
    /// Whether the guest would let go of it.
    public let canOffline: Bool

    /// Makes what an agent is expected to report.
    public init(id: Int, online: Bool, canOffline: Bool) {
        self.id = id
        self.online = online
        self.canOffline = canOffline
    }
}

/// A second client of a guest agent, which shares no code with what is tested.
public enum IndependentClient {
    /// Reads the processors that an agent reports, by ascending id.
    public static func processors(
        ofAgentAt path: String, within duration: Duration = .seconds(30)
    ) throws -> [ReportedCPU] {
        try processors(in: ask(getVCPUs, ofAgentAt: path, within: duration))
    }

    /// Does what any reading of a guest takes on a new connection, and no more: gets in step,
    /// asks what the agent can do and which processors it has, and takes both answers apart.
    ///
    /// The requests go out together: what waits for each answer in turn cannot be quicker.
    ///
    /// - Returns: How many processors there are.
    public static func exchange(
        withAgentAt path: String, within duration: Duration = .seconds(30)
    ) throws -> Int {
        var line = try lineInStep(
            with: path, sending: [#"{"execute":"guest-info"}"#, getVCPUs], within: duration)
        _ = try answer(on: &line, within: duration)
        return try processors(in: answer(on: &line, within: duration)).count
    }

    private static let getVCPUs = #"{"execute":"guest-get-vcpus"}"#

    private static func processors(in reply: [String: Any]) throws -> [ReportedCPU] {
        guard let processors = reply["return"] as? [[String: Any]] else {
            throw LabError.unexpected("guest-get-vcpus returned \(reply)")
        }
        return try processors.map {
            guard let id = $0["logical-id"] as? Int, let online = $0["online"] as? Bool,
                let canOffline = $0["can-offline"] as? Bool
            else { throw LabError.unexpected("guest-get-vcpus returned \($0)") }
            return ReportedCPU(id: id, online: online, canOffline: canOffline)
        }.sorted { $0.id < $1.id }
    }

    /// Sends one processor's new state, and returns how many the agent says it set.
    public static func set(
        _ id: Int, online: Bool, ofAgentAt path: String, within duration: Duration = .seconds(30)
    ) throws -> Int? {
        let request = """
            {"execute":"guest-set-vcpus","arguments":\
            {"vcpus":[{"logical-id":\(id),"online":\(online)}]}}
            """
        return try ask(request, ofAgentAt: path, within: duration)["return"] as? Int
    }

    /// Asks one question, and returns the agent's whole answer.
    static func ask(
        _ request: String, ofAgentAt path: String, within duration: Duration
    ) throws -> [String: Any] {
        var line = try lineInStep(with: path, sending: [request], within: duration)
        return try answer(on: &line, within: duration)
    }

    /// Connects, sends a sync and these requests behind it, and waits for the sync's answer.
    private static func lineInStep(
        with path: String, sending requests: [String], within duration: Duration
    ) throws -> UnixLine {
        var line = try UnixLine(path: path, within: duration)
        let id = Int.random(in: 1...1_000_000)
        let sync = #"{"execute":"guest-sync-delimited","arguments":{"id":\#(id)}}"#
        let text = ([sync] + requests).map { $0 + "\n" }.joined()
        try line.send([0xFF] + Array(text.utf8))
        // The answer to the byte 0xFF, and whatever was left by others, comes before the sync's.
        while let reply = try line.line(within: duration) {
            guard reply.first == 0xFF, try object(reply.dropFirst())["return"] as? Int == id
            else { continue }
            return line
        }
        throw LabError.unexpected("the agent at \(path) closed the line")
    }

    private static func answer(
        on line: inout UnixLine, within duration: Duration
    ) throws -> [String: Any] {
        guard let answer = try line.line(within: duration) else {
            throw LabError.unexpected("the agent closed the line")
        }
        return try object(answer)
    }
}

/// A client that connects to an agent's socket and keeps everybody else waiting.
public final class HeldConnection: Sendable {
    private let line: Mutex<UnixLine?>

    /// Connects, also where the listener accepts no client now and has room for one that waits.
    public init(to path: String, within duration: Duration = .seconds(30)) throws {
        line = Mutex(try UnixLine(path: path, within: duration))
    }

    /// Lets go.
    public func close() {
        line.withLock { $0 = nil }
    }
}

/// Reads a line of JSON that is an object.
func object(_ line: some Collection<UInt8>) throws -> [String: Any] {
    guard let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] else {
        throw LabError.unexpected("not an object: \(String(decoding: line, as: UTF8.self))")
    }
    return object
}
