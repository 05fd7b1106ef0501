internal import CLibvirt
internal import Glibc
internal import GuestVCPU

/// The error of a libvirt call.
struct LibvirtError: Error, Hashable, Sendable {
    /// libvirt's error number (`virErrorNumber`), or a negative number of ours.
    let code: Int32
    /// The system's error number, if libvirt reports one; else meaningless.
    var systemError: Int32 = 0
    /// libvirt's message.
    ///
    /// It can quote text of a guest, so it must be made printable for a terminal.
    let message: String
    /// The domain's state, if it explains the error; nil when it was not read.
    var domainState: RunState?
    /// Whether the domain migrates or has migrated to another host; nil when neither is known.
    var departure: Departure?
    /// The state of the agent's channel; nil when it was not read or libvirt does not report it.
    var agentChannel: DomainDescription.ChannelState?

    /// An earlier error of the same call, which led to this one; nil when libvirt logged none.
    var cause: String?

    /// Whether the error is a refusal by ssh, so that no daemon was asked.
    var isFromSSH = false

    /// A migration to another host.
    enum Departure: Hashable, Sendable {
        case underWay, done
    }

    /// Our number for a missing library.
    static let notInstalled: Int32 = -1
    /// Our number for an answer that breaks libvirt's contract.
    static let malformed: Int32 = -2
    /// Our number for a missed deadline.
    static let late: Int32 = -3

    // `CLibvirt` does not declare these two: a test compares it with the installed headers, and
    // headers before libvirt 11.2 lack them.

    /// An agent's command exceeded libvirt's own deadline (`VIR_ERR_AGENT_COMMAND_TIMEOUT`).
    static let agentCommandTimeout: Int32 = 112
    /// The agent reported an error (`VIR_ERR_AGENT_COMMAND_FAILED`); older versions report an
    /// internal error.
    static let agentCommandFailed: Int32 = 113

    /// Whether the remote daemon's socket refused a connection over ssh.
    ///
    /// The message names the socket in every language, whichever program connects there; libvirt's
    /// code only says that the connection closed.
    var isFromRemoteSocket: Bool {
        code == VIR_ERR_SYSTEM_ERROR && [EIO, ECONNRESET, EPIPE].contains(systemError)
            && (message.contains("/libvirt-sock") || message.contains("qemud-sock"))
    }

    /// Whether the connection's driver lacks the call.
    var isLackOfSupport: Bool { code == VIR_ERR_NO_SUPPORT }

    /// Whether the user lacks the permission for the call.
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
