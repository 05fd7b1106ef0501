internal import GuestVCPU

/// Opens connections: with the real library, or in a test.
protocol LibvirtDriver: Sendable {
    /// Opens a connection, and never prompts the user.
    ///
    /// Can block for ever.
    func open(_ uri: String, isReadOnly: Bool) throws(LibvirtError) -> any LibvirtConnection

    /// Whether connections to the URI use ssh, which takes a process and a login for each.
    func usesSSH(_ uri: String) -> Bool
}

/// A connection to a libvirt daemon.
///
/// Any thread may use it. Every call can block for ever.
protocol LibvirtConnection: AnyObject, Sendable {
    /// Whether the connection is alive, as far as this side knows.
    var isAlive: Bool { get }

    /// Lists the running domains.
    func activeDomains() throws(LibvirtError) -> [Domain]

    /// Reads the statistics of all running domains in one round trip.
    func statistics() throws(LibvirtError) -> [DomainStatistics]

    /// Reads the domain's live XML.
    func description(of uuid: String) throws(LibvirtError) -> String

    /// Asks the domain's agent for the guest's vCPUs.
    func guestVCPUs(of uuid: String) throws(LibvirtError) -> GuestVCPULists

    /// Asks the domain's agent to bring vCPUs online or take them offline.
    ///
    /// - Parameter list: The vCPUs, in libvirt's list syntax.
    func setGuestVCPUs(of uuid: String, _ list: String, online: Bool) throws(LibvirtError)

    /// Reads which CPUs the host has, which of them are online, and their NUMA nodes.
    func hostTopology() throws(LibvirtError) -> HostTopology

    /// Reads what all CPUs of the host did together since its start.
    func hostTimes() throws(LibvirtError) -> CPUTimes

    /// Starts reporting events, on a thread that must not block.
    ///
    /// Kinds of events that the driver does not support are left out.
    func watch(_ report: @escaping @Sendable (ConnectionEvent) -> Void)

    /// Marks the connection as dead; does not block.
    ///
    /// The connection closes after its last call has returned and its last reference is gone.
    func close()
}

/// A running domain.
struct Domain: Hashable, Sendable {
    /// The host's id of the domain; a restarted domain gets another one.
    var id = UInt32.max
    /// The UUID in libvirt's spelling; unlike the name it never changes.
    let uuid: String
    /// The name.
    let name: String
}

/// An event of a connection.
enum ConnectionEvent: Hashable, Sendable {
    /// An event of a domain.
    case domain(uuid: String, DomainEvent)
    /// The connection was lost; the reason in a few words.
    case closed(String)
}

/// An event of a domain.
enum DomainEvent: Hashable, Sendable {
    /// The domain started: it booted, was restored or migrated in.
    case began(isRestored: Bool)
    /// The domain ended or migrated away.
    case ended
    /// The domain resumed after a pause.
    case resumed
    /// The domain resumed with the state of another machine: after a migration or from a snapshot.
    case resumedAsAnother
    /// The domain was paused.
    case suspended
    /// The domain was reset, from inside or outside, so the guest numbers its vCPUs again.
    case rebooted
    /// The agent connected or disconnected.
    case agentChanged
    /// The domain was defined, renamed or changed in another way.
    case other

    /// Whether the guest's vCPU numbers can mean other vCPUs afterwards.
    var renumbers: Bool {
        switch self {
        case .began, .ended, .rebooted, .resumedAsAnother: true
        case .resumed, .suspended, .agentChanged, .other: false
        }
    }

    /// Whether the agent's answer can change.
    var needsRefresh: Bool {
        switch self {
        case .began, .resumed, .resumedAsAnother, .suspended, .rebooted, .agentChanged: true
        case .ended, .other: false
        }
    }

    /// Whether the list of domains can change.
    var changesList: Bool {
        switch self {
        case .began, .ended, .other: true
        case .resumed, .resumedAsAnother, .suspended, .rebooted, .agentChanged: false
        }
    }

    /// Where the running kernel started; nil when the event does not tell.
    var kernelOrigin: KernelOrigin? {
        switch self {
        case .began(let isRestored): isRestored ? .elsewhere : .here
        case .resumedAsAnother: .elsewhere
        case .rebooted: .here
        case .ended, .resumed, .suspended, .agentChanged, .other: nil
        }
    }
}

/// Where the kernel of a running domain started.
enum KernelOrigin: Hashable, Sendable {
    /// The kernel booted in the machine that runs now.
    case here
    /// The kernel booted on another host, or before the machine was saved.
    case elsewhere
}
