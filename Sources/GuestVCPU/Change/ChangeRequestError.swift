/// Why two maps are no request.
public enum ChangeRequestError: Error, Hashable, Sendable {
    /// Both maps hold these ids.
    case overlap(CPUMap)
    /// No vCPU is named.
    case empty
    /// This number is no vCPU id.
    case outOfRange(Int)
}
