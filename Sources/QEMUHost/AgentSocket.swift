public import GuestVCPU
internal import QAPI

/// Reads and changes a guest over the socket that QEMU serves for its agent.
///
/// ```swift
/// let agent = AgentSocket(path: "/run/qemu/web1.agent")
/// print(try await agent.read(timeout: .seconds(5)).vcpus.online)
/// ```
///
/// It is the `writer` of a `TransactionRunner`, which alone should send changes. The socket is the
/// `path=` of the character device behind the guest's port `org.qemu.guest_agent.0`.
///
/// QEMU serves one client at a time, so each exchange opens a connection and closes it, and nothing
/// is held between them. Nothing but an empty line is sent before QEMU serves the connection, unless
/// the last exchange succeeded and the guest is not libvirt's, which holds the sockets of its own.
///
/// Any number of tasks can use one value, and any number of values one socket: the exchanges wait
/// for each other at the socket, and this waiting counts against the timeout. A value keeps little:
/// the process that serves the socket, and for a minute what the agent can do.
///
/// A cancelled task ends its exchange at once with `.disconnected`, and the connection is closed. A
/// transaction is not cancelled with its task; see `TransactionRunner`.
public struct AgentSocket: GuestReader, GuestWriter {
    /// Reads the same agent, and cannot change the guest.
    public let reader: AgentSocketReader

    init(_ reader: AgentSocketReader) {
        self.reader = reader
    }

    /// Creates a value for one guest; it does not connect yet.
    ///
    /// - Parameters:
    ///   - path: The path of the agent's socket, of 107 bytes at most. A relative path counts from
    ///     the current directory at each exchange.
    ///   - qmpPath: The path of the same guest's QMP socket. Where it is given and an agent does not
    ///     answer, QMP says whether the guest is `.paused`, its agent is `.notRunning`, or another
    ///     client keeps it `.busy`. It is asked only where the same process serves both sockets.
    public init(path: String, qmpPath: String? = nil) {
        self.init(AgentSocketReader(path: path, qmpPath: qmpPath))
    }

    /// The path of the agent's socket.
    public var path: String { reader.path }

    /// Reads which vCPUs the guest has, which are online, and which it can take offline.
    ///
    /// - Parameter timeout: How long to wait for room in the socket's queue, and again for each of up
    ///   to three answers. An agent that is idle answers within about 100 ms.
    /// - Throws: `AgentError`; its `kind` is
    ///   - `.disconnected` where there is no socket, no process listens, or the connection was closed;
    ///   - `.denied` where the socket's mode forbids it;
    ///   - `.busy` where the socket's queue is full of other clients;
    ///   - `.unresponsive` where no answer came in time, or what QMP knows of the reason;
    ///   - `.unsupported`, `.blocked`, `.frozen`, `.malformed` or `.error` by the agent's answer;
    ///   - `.error` with `isOurs` where this program or this host lacks a descriptor, a thread or
    ///     memory. Nothing was sent then, and a later call can succeed.
    public func read(timeout: Duration) async throws(AgentError) -> AgentReading {
        try await reader.read(timeout: timeout)
    }

    /// Reads the guest, and which boot of it answers: two readings of different boots may number
    /// vCPUs differently.
    ///
    /// The boot id is read from a file in the guest, which takes an agent 10 ms more. It stays
    /// unknown where the agent does not read files.
    ///
    /// - Parameter timeout: As for `read(timeout:)`, for each of up to six answers.
    /// - Throws: As `read(timeout:)`.
    public func readWithBoot(timeout: Duration) async throws(AgentError) -> AgentReading {
        try await reader.readWithBoot(timeout: timeout)
    }

    /// Opens a connection to the agent, for a transaction.
    ///
    /// While it is open, the agent answers no other client. It closes with `AgentChannel.close()`, or
    /// when the last reference to it goes.
    ///
    /// - Parameter timeout: How long to wait for room in the socket's queue, and again until the
    ///   agent has answered a sync.
    /// - Throws: As `read(timeout:)`.
    public func open(timeout: Duration) async throws(AgentError) -> any AgentChannel {
        AgentSocketChannel(try await reader.connect(timeout: timeout), to: reader)
    }
}

extension AgentSocket: CustomStringConvertible {
    /// The kind of the source and its path: `agent:/run/qemu/web1.agent`.
    public var description: String { reader.description }
}
