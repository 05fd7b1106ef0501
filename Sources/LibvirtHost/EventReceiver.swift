internal import CLibvirt

/// Receives libvirt's events.
///
/// libvirt calls back on the thread of its event loop, so the callbacks belong to no actor. Each
/// registration retains the receiver until libvirt releases it.
final class EventReceiver: Sendable {
    private let library: LibvirtLibrary
    private let report: @Sendable (ConnectionEvent) -> Void

    init(_ library: LibvirtLibrary, _ report: @escaping @Sendable (ConnectionEvent) -> Void) {
        self.library = library
        self.report = report
    }

    /// Registers for the events of all domains.
    ///
    /// - Returns: The registrations, without the kinds that the driver does not support.
    func watchDomains(of connection: OpaquePointer) -> [Int32] {
        typealias Generic = virConnectDomainEventGenericCallback
        // libvirt accepts callbacks of all kinds as one type, and calls each with its own
        // signature.
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

    /// Registers for the loss of the connection.
    ///
    /// - Returns: Whether the driver supports this event.
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

    /// The callback for a lost connection; unregistering needs the same function.
    static let closed: virConnectCloseFunc = { _, reason, opaque in
        let words =
            switch Int(reason) {
            case VIR_CONNECT_CLOSE_REASON_EOF: "the other side closed the connection"
            case VIR_CONNECT_CLOSE_REASON_KEEPALIVE: "the other side stopped responding"
            default: "the connection was lost"
            }
        receiver(opaque)?.report(.closed(words))
    }
}

extension LibvirtError.Departure {
    /// Maps a `virDomainState` and its reason.
    init?(state: Int32, reason: Int32) {
        switch (Int(state), Int(reason)) {
        case (VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_MIGRATION): self = .underWay
        case (VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_MIGRATED): self = .done
        default: return nil
        }
    }
}

extension DomainEvent {
    /// Maps a lifecycle event (`virDomainEventType` and its detail).
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
