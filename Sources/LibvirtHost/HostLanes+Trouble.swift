internal import SafeText

extension HostLanes {
    /// What is wrong with the connections as a whole.
    struct Trouble: Hashable, Sendable {
        /// How many of the host's own calls have not returned in time.
        var heldHostCalls = 0
        /// Why the last connection could not be opened; nil once one was opened.
        var openingError: String?

        /// The trouble in words, printable; nil where there is none.
        var note: String? {
            var notes: [String] = []
            if heldHostCalls > 0 {
                let calls = heldHostCalls == 1 ? "a call has" : "\(heldHostCalls) calls have"
                let rest =
                    heldHostCalls < LaneTable.mostHeld.host
                    ? "another connection is used instead"
                    : "the host's side is not read until one does"
                notes.append("\(calls) not returned, so a QEMU process may hang: \(rest)")
            }
            if let openingError {
                notes.append("no other connection can be opened: \(openingError)")
            }
            return notes.isEmpty ? nil : notes.joined(separator: "; ").printable(limit: 500)
        }
    }
}
