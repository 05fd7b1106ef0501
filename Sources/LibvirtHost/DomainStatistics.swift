internal import CLibvirt
internal import GuestVCPU

/// The host's statistics of one domain: groups state and vCPU of `virConnectGetAllDomainStats`.
///
/// - Source: libvirt, `src/libvirt-domain.c`, `virConnectGetAllDomainStats`.
struct DomainStatistics: Hashable, Sendable {
    /// The domain's UUID.
    let uuid: String
    /// The run state.
    private(set) var state = RunState.unknown
    private var stateNumber: UInt64?
    /// The reason for the run state; its meaning depends on the state.
    private var stateReason: UInt64?
    /// How many vCPUs are plugged.
    private(set) var current: Int?
    /// How many vCPUs can be plugged at most.
    private(set) var maximum: Int?
    /// The plugged vCPUs by their index.
    private(set) var vcpus: [HostIndex: VCPU] = [:]

    /// The host's statistics of one vCPU.
    struct VCPU: Hashable, Sendable {
        var state: Int?
        var isHalted: Bool?
        var timeNanoseconds: UInt64?
        /// Time spent waiting for a physical CPU.
        var delayNanoseconds: UInt64?
    }

    init(uuid: String) {
        self.uuid = uuid
    }

    /// Where the domain's kernel started; nil when the state does not tell, as after a pause.
    var kernelOrigin: KernelOrigin? {
        guard stateNumber == UInt64(VIR_DOMAIN_RUNNING) else { return nil }
        return switch stateReason.flatMap(Int.init(exactly:)) {
        case VIR_DOMAIN_RUNNING_BOOTED: .here
        case VIR_DOMAIN_RUNNING_MIGRATED, VIR_DOMAIN_RUNNING_RESTORED,
            VIR_DOMAIN_RUNNING_FROM_SNAPSHOT, VIR_DOMAIN_RUNNING_POSTCOPY:
            .elsewhere
        default: nil
        }
    }

    /// The indices of the plugged vCPUs.
    var plugged: Set<HostIndex> { Set(vcpus.keys) }

    /// Records one parameter; ignores an unknown one and one that is out of range.
    ///
    /// - Parameters:
    ///   - field: The parameter's name, such as `vcpu.3.time`.
    ///   - value: The parameter's value; a boolean is 0 or 1.
    mutating func record(_ field: some BidirectionalCollection<UInt8>, _ value: UInt64) {
        var field = field[...]
        guard field.drop("vcpu.") else {
            if field.elementsEqual("state.state".utf8) {
                state = RunState(libvirt: value)
                stateNumber = value
            } else if field.elementsEqual("state.reason".utf8) {
                stateReason = value
            }
            return
        }
        guard let number = field.dropNumber() else {
            if field.elementsEqual("current".utf8) {
                current = Int(exactly: value)
            } else if field.elementsEqual("maximum".utf8) {
                maximum = Int(exactly: value)
            }
            return
        }
        guard let index = HostIndex(validating: number), field.drop(".") else { return }
        if field.elementsEqual("state".utf8) {
            vcpus[index, default: VCPU()].state = Int(exactly: value)
        } else if field.elementsEqual("time".utf8) {
            vcpus[index, default: VCPU()].timeNanoseconds = value
        } else if field.elementsEqual("delay".utf8) {
            vcpus[index, default: VCPU()].delayNanoseconds = value
        } else if field.elementsEqual("halted".utf8) {
            vcpus[index, default: VCPU()].isHalted = value != 0
        }
    }
}

extension DomainStatistics.VCPU {
    /// The state of the vCPU's thread; only some architectures report whether a vCPU is halted.
    var hostState: HostVCPUState {
        switch state {
        case VIR_VCPU_OFFLINE: .offline
        case VIR_VCPU_RUNNING: isHalted == true ? .blocked : .running
        case VIR_VCPU_BLOCKED: .blocked
        default: .unknown
        }
    }
}

extension RunState {
    /// Maps a `virDomainState`.
    init(libvirt state: UInt64) {
        switch Int(exactly: state) {
        case VIR_DOMAIN_RUNNING, VIR_DOMAIN_BLOCKED: self = .running
        case VIR_DOMAIN_PAUSED: self = .paused
        case VIR_DOMAIN_PMSUSPENDED: self = .suspended
        case VIR_DOMAIN_SHUTDOWN, VIR_DOMAIN_SHUTOFF: self = .shutdown
        case VIR_DOMAIN_CRASHED: self = .crashed
        default: self = .unknown
        }
    }
}

extension BidirectionalCollection<UInt8> where SubSequence == Self {
    ///
    /// Removes a prefix, if the collection has it.
    ///
    /// - Returns: Whether it has the prefix.
    fileprivate mutating func drop(_ prefix: StaticString) -> Bool {
        let isThere = prefix.withUTF8Buffer { starts(with: $0) }
        if isThere { removeFirst(prefix.utf8CodeUnitCount) }
        return isThere
    }

    /// Removes and returns a number of at most four digits; nil when there is none.
    fileprivate mutating func dropNumber() -> Int? {
        let digits = prefix { (48...57).contains($0) }
        guard (1...4).contains(digits.count) else { return nil }
        removeFirst(digits.count)
        return digits.reduce(0) { $0 * 10 + Int($1) - 48 }
    }
}
