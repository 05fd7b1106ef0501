internal import CLibvirt
internal import Glibc
internal import GuestVCPU

/// Why a call of libvirt failed.
struct LibvirtError: Error, Hashable, Sendable {
    /// Which of libvirt's errors it is (`virErrorNumber`), or one of ours, which are negative.
    let code: Int32
    /// The system's error number where libvirt tells one; else meaningless.
    var systemError: Int32 = 0
    /// libvirt's words, in which a guest's may be quoted: not for a terminal as they are.
    let message: String
    /// What the domain was doing, where that tells more of the error; nil where nobody asked.
    var domainState: RunState?

    /// Ours: there is no library to call.
    static let notInstalled: Int32 = -1
    /// Ours: the answer is not what libvirt promises.
    static let malformed: Int32 = -2

    /// Whether somebody is not allowed to do what he asked for.
    var isDenial: Bool {
        switch Int(code) {
        case VIR_ERR_OPERATION_DENIED, VIR_ERR_ACCESS_DENIED, VIR_ERR_AUTH_FAILED,
            VIR_ERR_AUTH_CANCELLED, VIR_ERR_AUTH_UNAVAILABLE:
            true
        case VIR_ERR_SYSTEM_ERROR: systemError == EACCES || systemError == EPERM
        default: false
        }
    }
}
