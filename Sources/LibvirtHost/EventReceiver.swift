internal import CLibvirt

/// Where libvirt's events arrive.
///
/// libvirt calls back on the thread of its event loop, so these are functions that belong to no
/// actor; each registration holds the receiver until libvirt releases it.
final class EventReceiver: Sendable {
    private let library: LibvirtLibrary
    private let report: @Sendable (ConnectionEvent) -> Void

    init(_ library: LibvirtLibrary, _ report: @escaping @Sendable (ConnectionEvent) -> Void) {
        self.library = library
        self.report = report
    }

    /// Registers for the events of all domains.
    ///
    /// - Returns: The registrations; of fewer kinds where the driver lacks one.
    func watchDomains(of connection: OpaquePointer) -> [Int32] {
        typealias Generic = virConnectDomainEventGenericCallback
        // libvirt takes callbacks of all kinds as one type, and calls each as what it is.
        let callbacks: [(Int, Generic)] = [
            (VIR_DOMAIN_EVENT_ID_LIFECYCLE, unsafeBitCast(Self.lifecycle, to: Generic.self)),
            (VIR_DOMAIN_EVENT_ID_REBOOT, Self.rebooted),
            (VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE, unsafeBitCast(Self.agent, to: Generic.self)),
        ]
        return callbacks.compactMap { kind, callback in
            let opaque = Unmanaged.passRetained(self)
            let id = library.calls.virConnectDomainEventRegisterAny(
                connection, nil, Int32(kind), callback, opaque.toOpaque(), Self.release)
            if id < 0 { opaque.release() }
            return id < 0 ? nil : id
        }
    }

    /// Registers for the end of the line.
    ///
    /// - Returns: Whether the driver has such an event.
    func watchClose(of connection: OpaquePointer) -> Bool {
        let opaque = Unmanaged.passRetained(self)
        let isWatched =
            library.calls.virConnectRegisterCloseCallback(
                connection, Self.closed, opaque.toOpaque(), Self.release) == 0
        if !isWatched { opaque.release() }
        return isWatched
    }

    private static func receiver(_ opaque: UnsafeMutableRawPointer?) -> EventReceiver? {
        opaque.map { Unmanaged<EventReceiver>.fromOpaque($0).takeUnretainedValue() }
    }

    private func receive(_ event: DomainEvent, of domain: OpaquePointer?) {
        guard let uuid = domain.flatMap(library.uuid) else { return }
        report(.domain(uuid: uuid, event))
    }

    // MARK: - Called by libvirt

    private static let release: virFreeCallback = { opaque in
        if let opaque { Unmanaged<EventReceiver>.fromOpaque(opaque).release() }
    }

    private static let lifecycle: virConnectDomainEventCallback = {
        _, domain, event, detail, opaque in
        receiver(opaque)?.receive(DomainEvent(lifecycle: event, detail: detail), of: domain)
        return 0
    }

    private static let rebooted: virConnectDomainEventGenericCallback = { _, domain, opaque in
        receiver(opaque)?.receive(.rebooted, of: domain)
    }

    private static let agent: virConnectDomainEventAgentLifecycleCallback = {
        _, domain, _, _, opaque in
        receiver(opaque)?.receive(.agentChanged, of: domain)
    }

    /// The one callback for the end of a line, by which it is also taken back.
    static let closed: virConnectCloseFunc = { _, reason, opaque in
        let words =
            switch Int(reason) {
            case VIR_CONNECT_CLOSE_REASON_EOF: "the other side closed the connection"
            case VIR_CONNECT_CLOSE_REASON_KEEPALIVE: "the other side fell silent"
            default: "the connection was lost"
            }
        receiver(opaque)?.report(.closed(words))
    }
}

extension LibvirtError.Departure {
    /// Sorts a `virDomainState` and its reason.
    init?(state: Int32, reason: Int32) {
        switch (Int(state), Int(reason)) {
        case (VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_MIGRATION): self = .underWay
        case (VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_MIGRATED): self = .done
        default: return nil
        }
    }
}

extension DomainEvent {
    /// Sorts a lifecycle event (`virDomainEventType` and its detail).
    init(lifecycle event: Int32, detail: Int32) {
        switch Int(event) {
        case VIR_DOMAIN_EVENT_STARTED:
            switch Int(detail) {
            case VIR_DOMAIN_EVENT_STARTED_MIGRATED, VIR_DOMAIN_EVENT_STARTED_RESTORED,
                VIR_DOMAIN_EVENT_STARTED_FROM_SNAPSHOT:
                self = .began(isRestored: true)
            default: self = .began(isRestored: false)
            }
        case VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_CRASHED: self = .ended
        case VIR_DOMAIN_EVENT_SUSPENDED: self = .suspended
        case VIR_DOMAIN_EVENT_RESUMED:
            switch Int(detail) {
            case VIR_DOMAIN_EVENT_RESUMED_MIGRATED, VIR_DOMAIN_EVENT_RESUMED_FROM_SNAPSHOT,
                VIR_DOMAIN_EVENT_RESUMED_POSTCOPY:
                self = .resumedAsAnother
            default: self = .resumed
            }
        default: self = .other
        }
    }
}
