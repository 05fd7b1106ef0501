internal import SafeText

/// One step of a change: this vCPU to this state.
public struct VCPUChange: Hashable, Sendable {
    /// The guest's number of the vCPU, 0 to 4095.
    public let id: Int
    /// The state that it is to have.
    public let online: Bool

    /// Creates a step.
    public init(id: Int, online: Bool) {
        self.id = id
        self.online = online
    }
}
