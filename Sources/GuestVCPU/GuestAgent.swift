internal import SafeText

/// One answer of a guest's agent to "which CPUs do you have?".
public struct AgentReading: Hashable, Sendable {
    /// The three maps.
    public private(set) var vcpus: GuestVCPUs
    /// The agent's version, printable; nil where it does not say.
    public let version: String?
    /// Whether the agent can change a vCPU's state.
    public let setSupport: SetSupport
    /// The hypervisor's index of each vCPU, by the guest's number, as its firmware tells it.
    ///
    /// Empty where that was not read. Unchecked: a guest can claim anything.
    public private(set) var firmwareIndices: [Int: HostIndex]

    /// Creates a reading.
    public init(
        vcpus: GuestVCPUs, version: String?, setSupport: SetSupport,
        firmwareIndices: [Int: HostIndex] = [:]
    ) {
        self.vcpus = vcpus
        self.version = version?.printable(limit: 60)
        self.setSupport = setSupport
        self.firmwareIndices = firmwareIndices
    }

    /// `HostReading.incarnation` of the machine that answered; nil where that is not known.
    public var incarnation: UInt64? { vcpus.boot.incarnation }

    /// The same without the firmware's word: while an agent does not answer, its guest may reboot.
    public var withoutFirmware: AgentReading {
        var reading = self
        reading.firmwareIndices = [:]
        return reading
    }

    /// The same agent with newer maps; what the firmware said holds for the same boot and the
    /// same set of vCPUs only.
    public func with(_ vcpus: GuestVCPUs) -> AgentReading {
        var reading = self
        reading.vcpus = vcpus
        if vcpus.vcpus != self.vcpus.vcpus || vcpus.boot.differs(from: self.vcpus.boot) {
            reading.firmwareIndices = [:]
        }
        return reading
    }

    /// The same with what the firmware says, learned from this incarnation of the machine.
    public func with(firmwareIndices: [Int: HostIndex], incarnation: UInt64?) -> AgentReading {
        var reading = self
        reading.firmwareIndices = firmwareIndices
        reading.vcpus.boot = GuestBoot(id: vcpus.boot.id, incarnation: incarnation)
        return reading
    }
}

/// Whether a change can be asked of an agent.
public enum SetSupport: Hashable, Sendable {
    /// It has the command, enabled.
    case available
    /// It has no such command.
    case absent
    /// The guest's administrator has disabled the command.
    case disabled
    /// The connection may only read.
    case readOnly
    /// It does not say; only trying tells.
    case unknown
}

/// One step of a change: this vCPU to this state.
public struct VCPUChange: Hashable, Sendable {
    /// The guest's number of the vCPU, 0 to 4095.
    public let id: Int
    /// The state that it is to have.
    public let online: Bool

    /// Creates a step.
    public init(id: Int, online: Bool) {
        self.id = id
        self.online = online
    }
}

/// How an agent takes a change.
public enum SetForm: Hashable, Sendable {
    /// A list of any states in one call, worked through in order; the reply counts what was
    /// done (`guest-set-vcpus`).
    case mixedList
    /// One state for all ids of a call, which succeeds or fails as one
    /// (`virDomainSetGuestVcpus`).
    case oneState
}

/// Where a guest's vCPU state is read.
public protocol GuestReader: Sendable {
    /// Reads the guest afresh, in an exchange of its own.
    ///
    /// - Parameter timeout: How long to wait for the connection, and again for each answer.
    /// - Throws: `AgentError`.
    func read(timeout: Duration) async throws(AgentError) -> AgentReading

    /// Reads the guest afresh, with which boot of it answers, even where that takes more of the
    /// agent's time.
    ///
    /// - Parameter timeout: As for `read(timeout:)`.
    /// - Throws: `AgentError`.
    func readWithBoot(timeout: Duration) async throws(AgentError) -> AgentReading
}

extension GuestReader {
    /// Reads the guest; for agents whose every reading tells its boot, or none does.
    public func readWithBoot(timeout: Duration) async throws(AgentError) -> AgentReading {
        try await read(timeout: timeout)
    }
}

/// Where a guest's vCPU state is changed.
///
/// What may only watch holds no value of this type.
public protocol GuestWriter: Sendable {
    /// Opens a connection of its own, ready for commands.
    ///
    /// - Parameter timeout: How long to wait until the agent has answered a sync.
    /// - Throws: `AgentError`.
    func open(timeout: Duration) async throws(AgentError) -> any AgentChannel
}

/// One open connection to a guest's agent.
///
/// After an error the line may be out of step: its user closes it and opens another, unless the
/// error was the guest's own answer.
public protocol AgentChannel: Sendable {
    /// How the agent takes a change.
    var setForm: SetForm { get }

    /// Reads the guest.
    ///
    /// - Parameter timeout: How long to wait for each answer.
    /// - Throws: `AgentError`.
    func read(timeout: Duration) async throws(AgentError) -> AgentReading

    /// Reads the guest, with which boot of it answers where that can be known, even where that
    /// takes more of the agent's time.
    ///
    /// - Parameter timeout: As for `read(timeout:)`.
    /// - Throws: `AgentError`.
    func readWithBoot(timeout: Duration) async throws(AgentError) -> AgentReading

    /// Asks for changes, in one call.
    ///
    /// - Parameters:
    ///   - changes: What to do, in order; never empty; of one state for `.oneState`.
    ///   - timeout: How long to wait for the reply.
    /// - Returns: The number that the agent returned, unchecked; for `.oneState` the number of
    ///   changes.
    /// - Throws: `AgentError`; `.error` where the guest refused the first change (`.mixedList`)
    ///   or any of them (`.oneState`).
    func set(_ changes: [VCPUChange], timeout: Duration) async throws(AgentError) -> Int64

    /// Closes the line.
    func close() async
}

extension AgentChannel {
    /// Reads the guest; for agents whose every reading tells its boot, or none does.
    public func readWithBoot(timeout: Duration) async throws(AgentError) -> AgentReading {
        try await read(timeout: timeout)
    }
}
