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
