internal import GuestVCPU
internal import QAPI

/// What a guest's agent says of itself (`guest-info`).
struct AgentDescription: Hashable, Sendable {
    /// The agent's version; nil where it does not say.
    var version: String?
    /// Whether the agent can change a vCPU's state.
    var setSupport = SetSupport.unknown
    /// Whether files of the guest can be read.
    var readsFiles = false
}

extension AgentDescription {
    /// Keeps what later questions need.
    init(_ info: AgentInfo) {
        version = info.version
        setSupport =
            switch info.commands["guest-set-vcpus"] {
            case true?: .available
            case false?: .disabled
            case nil: .absent
            }
        readsFiles = FirmwareReader.commands.allSatisfy { info.commands[$0] == true }
    }
}

/// The last description that a guest's agent gave, so that not every reading has to ask for it.
///
/// The reply of `guest-info` is several times longer than the list of vCPUs, and changes only when
/// the agent is upgraded or its configuration is edited. A plain reading uses the remembered
/// description under these conditions:
/// - the machine is in the same incarnation, so neither QEMU nor the guest was restarted as far as
///   is known;
/// - no exchange with the agent has failed since;
/// - it was asked for less than `lifetime` ago, since an agent can be restarted unnoticed.
///
/// A change, and the reading that a review shows, never use it: they ask the agent themselves.
struct RememberedDescription: Sendable {
    /// How long a description is used.
    static let lifetime = Duration.seconds(60)

    private let description: AgentDescription
    private let incarnation: UInt64
    private let askedAt: ContinuousClock.Instant

    /// - Parameters:
    ///   - incarnation: The machine's incarnation before the agent was asked.
    ///   - askedAt: When the agent was asked.
    init(
        _ description: AgentDescription, incarnation: UInt64, askedAt: ContinuousClock.Instant
    ) {
        self.description = description
        self.incarnation = incarnation
        self.askedAt = askedAt
    }

    /// The description, where it can still be used.
    func description(
        incarnation: UInt64, at now: ContinuousClock.Instant
    ) -> AgentDescription? {
        guard incarnation == self.incarnation, askedAt.duration(to: now) < Self.lifetime else {
            return nil
        }
        return description
    }
}

extension GuestProcess {
    /// The agent's description, where a reading can use the last one.
    var agentDescription: AgentDescription? {
        rememberedDescription?.description(incarnation: incarnation, at: now())
    }

    /// Remembers a description for later readings.
    func remember(_ description: RememberedDescription) {
        rememberedDescription = description
    }
}
