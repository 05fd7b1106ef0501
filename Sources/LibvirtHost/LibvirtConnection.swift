internal import GuestVCPU

/// Opens connections; the real library's, or a test's.
protocol LibvirtDriver: Sendable {
    /// Opens a connection, without ever asking anybody for anything.
    ///
    /// Blocks for as long as the other side likes.
    func open(_ uri: String, isReadOnly: Bool) throws(LibvirtError) -> any LibvirtConnection

    /// Whether connections to the URI are made by ssh, each a process and a login.
    func usesSSH(_ uri: String) -> Bool
}

/// A connection to a libvirt daemon.
///
/// Any thread may use it; every call blocks, possibly for ever.
protocol LibvirtConnection: AnyObject, Sendable {
    /// Whether the line still stands, without asking the other side.
    var isAlive: Bool { get }

    /// The domains that run.
    func activeDomains() throws(LibvirtError) -> [Domain]

    /// What the host says of all domains that run, in one round trip.
    func statistics() throws(LibvirtError) -> [DomainStatistics]

    /// The domain's live description, as XML.
    func description(of uuid: String) throws(LibvirtError) -> String

    /// Asks the domain's agent which vCPUs it has.
    func guestVCPUs(of uuid: String) throws(LibvirtError) -> GuestVCPULists

    /// Asks the domain's agent to bring vCPUs to one state.
    ///
    /// - Parameter list: Which, in libvirt's list syntax.
    func setGuestVCPUs(of uuid: String, _ list: String, online: Bool) throws(LibvirtError)

    /// Reports events from now on, on a thread that must not block.
    ///
    /// A kind of event that the driver does not have is left out.
    func watch(_ report: @escaping @Sendable (ConnectionEvent) -> Void)

    /// Marks the connection as no longer alive; does not block.
    ///
    /// The connection itself closes when its last call has returned and its last reference is gone.
    func close()
}

/// A domain that runs.
struct Domain: Hashable, Sendable {
    /// The host's number of this run of it.
    var id = UInt32.max
    /// Its UUID, in libvirt's spelling: what it is known by while its name may change.
    let uuid: String
    /// Its name.
    let name: String
}

/// Something that happened at the other end of a connection.
enum ConnectionEvent: Hashable, Sendable {
    /// Something about a domain.
    case domain(uuid: String, DomainEvent)
    /// The line was lost; why, in a few words.
    case closed(String)
}

/// Something that happened to a domain.
enum DomainEvent: Hashable, Sendable {
    /// It began to run, by a boot of its kernel or as what was saved or ran elsewhere.
    case began(isRestored: Bool)
    /// It ended, or left for another host.
    case ended
    /// It goes on after a pause.
    case resumed
    /// It goes on as what it is elsewhere or was earlier: after a migration or from a snapshot.
    case resumedAsAnother
    /// It was stopped for a while.
    case suspended
    /// It was reset, from inside or outside: its vCPUs are numbered again.
    case rebooted
    /// Its agent came or went.
    case agentChanged
    /// It was defined, renamed or the like.
    case other

    /// Whether the guest's numbers may mean other vCPUs afterwards.
    var renumbers: Bool {
        switch self {
        case .began, .ended, .rebooted, .resumedAsAnother: true
        case .resumed, .suspended, .agentChanged, .other: false
        }
    }

    /// Whether its agent may answer otherwise than before.
    var needsRefresh: Bool {
        switch self {
        case .began, .resumed, .resumedAsAnother, .suspended, .rebooted, .agentChanged: true
        case .ended, .other: false
        }
    }

    /// Whether the list of domains may be another.
    var changesList: Bool {
        switch self {
        case .began, .ended, .other: true
        case .resumed, .resumedAsAnother, .suspended, .rebooted, .agentChanged: false
        }
    }

    /// Where the kernel that runs now began; nil where the event does not tell.
    var kernelOrigin: KernelOrigin? {
        switch self {
        case .began(let isRestored): isRestored ? .elsewhere : .here
        case .resumedAsAnother: .elsewhere
        case .rebooted: .here
        case .ended, .resumed, .suspended, .agentChanged, .other: nil
        }
    }
}

/// Where and when the kernel of a running domain began.
enum KernelOrigin: Hashable, Sendable {
    /// In the machine that runs now.
    case here
    /// On another host, or before the machine was saved.
    case elsewhere
}
