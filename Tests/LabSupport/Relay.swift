import Foundation
import Glibc
import Synchronization

/// Stands between the program under test and an agent, and passes every line on.
///
/// Before the first `guest-set-vcpus` of each connection goes by, or a later one, `beforeSet` is
/// called with that line held back: between the sync's answer and the set, to the agent, lies what
/// it does.
public final class Relay: Sendable {
    /// Where the program under test connects.
    public let socket: String

    private let listener: Int32
    private let upstream: String
    private let number: Int
    private let passesSet: Bool
    private let beforeSet: @Sendable () throws -> Void
    private let seen = Mutex<[String]>([])
    private let endedSets = Mutex(0)
    private let failures = Mutex<[any Error]>([])

    /// Listens in a folder, and passes connections on to an agent.
    ///
    /// - Parameters:
    ///   - number: Which set of a connection is held back; 1 is the first.
    ///   - passesSet: Whether that set goes on to the agent afterwards; otherwise the connection
    ///     ends.
    public init(
        in folder: String, to upstream: String, holdingSet number: Int = 1,
        passesSet: Bool = true,
        beforeSet: @escaping @Sendable () throws -> Void = {}
    ) throws {
        socket = "\(folder)/relay-\(UInt32.random(in: 0 ... .max)).sock"
        self.upstream = upstream
        self.number = number
        self.passesSet = passesSet
        self.beforeSet = beforeSet
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        listener = Glibc.socket(AF_UNIX, kind, 0)
        let descriptor = listener
        let status = try withSocketAddress(of: socket) { bind(descriptor, $0, $1) }
        guard status == 0, listen(listener, 16) == 0 else {
            throw LabError.system(call: "listen at \(socket)", errno: errno)
        }
        Thread.detachNewThread { [self] in accept() }
    }

    /// Stops listening; what is under way ends with its connections.
    ///
    /// - Throws: What went wrong meanwhile, in the hook above all.
    public func stop() throws {
        shutdown(listener, Int32(SHUT_RDWR))
        if let failure = failures.withLock({ $0.first }) { throw failure }
    }

    /// The `guest-set-vcpus` lines that went by.
    public var sets: [String] { seen.withLock { $0 } }

    /// Waits until the program has closed a connection on which it had sent a set.
    public func waitForGivenUpSet(within duration: Duration) throws {
        try wait(for: "the program to close the line of its set", within: duration) {
            endedSets.withLock { $0 > 0 }
        }
    }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { break }
            // An agent that takes no more connections shows itself as one that closes them.
            guard let agent = try? UnixLine.connect(upstream) else {
                close(client)
                continue
            }
            let pair = Pair(client: client, agent: agent)
            Thread.detachNewThread { [self] in passRequests(pair) }
            Thread.detachNewThread { passReplies(pair) }
        }
        close(listener)
    }

    private func passRequests(_ pair: Pair) {
        var pending: [UInt8] = []
        var sets = 0
        var chunk = [UInt8](repeating: 0, count: 65_536)
        receiving: while true {
            let count = recv(pair.client, &chunk, chunk.count, 0)
            guard count > 0 else { break }
            pending += chunk[..<count]
            while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(pending[...end])
                pending.removeSubrange(...end)
                let text = String(decoding: line, as: UTF8.self)
                if text.contains("guest-set-vcpus") {
                    seen.withLock { $0.append(text) }
                    sets += 1
                    if sets == number {
                        do {
                            try beforeSet()
                        } catch {
                            failures.withLock { $0.append(error) }
                        }
                        guard passesSet else { break receiving }
                    }
                }
                sendAll(line[...], to: pair.agent)
            }
        }
        pair.shutDown()
        if sets > 0 { endedSets.withLock { $0 += 1 } }
    }
}

/// Both ends of one connection that goes through the relay.
private final class Pair: Sendable {
    let client: Int32
    let agent: Int32

    init(client: Int32, agent: Int32) {
        self.client = client
        self.agent = agent
    }

    // Only here, where neither thread uses them any more, may their numbers be given away.
    deinit {
        close(client)
        close(agent)
    }

    /// Ends both sides, as the end of either does to the program and the agent.
    func shutDown() {
        shutdown(client, Int32(SHUT_RDWR))
        shutdown(agent, Int32(SHUT_RDWR))
    }
}

private func passReplies(_ pair: Pair) {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = recv(pair.agent, &chunk, chunk.count, 0)
        guard count > 0, sendAll(chunk[..<count], to: pair.client) else { break }
    }
    pair.shutDown()
}

@discardableResult
private func sendAll(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
        let sent = rest.withUnsafeBytes {
            send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard sent > 0 else { return false }
        rest = rest.dropFirst(sent)
    }
    return true
}
