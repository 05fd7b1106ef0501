/// Records the exchanges with one guest or source, for a debug log.
///
/// Where there is no log there is no recorder, and `recorder?.record(...)` makes no event.
package struct WireRecorder: Sendable {
    /// Where the guest comes from, or the source itself; nil for the log as a whole.
    package let source: SourceID?
    /// The guest; nil where an exchange is about the source.
    package let guest: String?
    private let sink: @Sendable (WireRecorder, WireEvent) -> Void

    /// - Parameter sink: Must not block. The texts and bytes of its events are not bounded, and
    ///   not made printable.
    package init(
        source: SourceID? = nil, guest: String? = nil,
        sink: @escaping @Sendable (WireRecorder, WireEvent) -> Void
    ) {
        self.source = source
        self.guest = guest
        self.sink = sink
    }

    /// The names of source and guest, as the log prints them.
    package var place: String {
        [source?.name, guest].compactMap(\.self).joined(separator: "/")
    }

    package func record(_ event: WireEvent) { sink(self, event) }

    /// The recorder of the same log for another guest or source.
    package func recorder(source: SourceID?, guest: String? = nil) -> WireRecorder {
        WireRecorder(source: source, guest: guest, sink: sink)
    }
}

/// Something that happens between vcputop and the other end of a connection.
package enum WireEvent: Sendable {
    /// A connection to a socket was made; the process at its other end, where the system says it.
    case connected(path: String, processID: Int32?)
    /// There is no connection; why.
    case notConnected(path: String, reason: String)
    case sent([UInt8])
    case received([UInt8])
    /// Sending or receiving failed; which, and why.
    case failed(String)
    case closed
    /// A call of libvirt began.
    case callBegan(String)
    /// A call of libvirt returned; with what.
    case callReturned(String, took: Duration, answer: String)
    /// A call of libvirt failed; with libvirt's code and words.
    case callFailed(String, took: Duration, code: Int32, message: String)
    /// libvirt reported an event.
    case event(String)
}
