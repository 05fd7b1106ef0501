internal import GuestVCPU

extension VCPUState {
    var word: String {
        switch self {
        case .missing: "missing"
        case .online: "online"
        case .offline: "offline"
        }
    }
}
