internal import SafeText

/// How an agent takes a change.
public enum SetForm: Hashable, Sendable {
    /// A list of any states in one call, worked through in order; the reply counts what was
    /// done (`guest-set-vcpus`).
    case mixedList
    /// One state for all ids of a call, which succeeds or fails as one
    /// (`virDomainSetGuestVcpus`).
    case oneState
}
