internal import SafeText

extension HostLanes {
    /// The current problems of the connections.
    struct Trouble: Hashable, Sendable {
        /// How many of the host's own calls have not returned in time.
        var heldHostCalls = 0
        /// Why the last connection could not be opened; nil after one was opened.
        var openingError: String?

        /// The problems in words, printable; nil when there are none.
        var note: String? {
            var notes: [String] = []
            if heldHostCalls > 0 {
                let calls = heldHostCalls == 1 ? "a call has" : "\(heldHostCalls) calls have"
                let rest =
                    heldHostCalls < LaneTable.mostHeld.host
                    ? "another connection is used instead"
                    : "host times are not read until one does"
                notes.append("\(calls) not returned, so a QEMU process may hang: \(rest)")
            }
            if let openingError {
                notes.append("no other connection can be opened: \(openingError)")
            }
            return notes.isEmpty ? nil : notes.joined(separator: "; ").printable(limit: 500)
        }
    }
}
