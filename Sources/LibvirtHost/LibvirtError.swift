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
    /// What the domain was doing, where that tells more about the error; nil where that was not
    /// asked.
    var domainState: RunState?
    /// Whether the domain has left for another host, or is about to; nil where neither is known.
    var departure: Departure?
    /// The state of the agent's channel; nil where it was not asked, or libvirt does not tell.
    var agentChannel: DomainDescription.ChannelState?

    /// A migration to another host.
    enum Departure: Hashable, Sendable {
        case underWay, done
    }

    /// Ours: there is no library to call.
    static let notInstalled: Int32 = -1
    /// Ours: the answer is not what libvirt promises.
    static let malformed: Int32 = -2
    /// Ours: the time was up.
    static let late: Int32 = -3

    // Not in `CLibvirt`: headers before libvirt 11.2 do not have these two, and a test holds what is
    // there against the headers of the machine.

    /// libvirt's own deadline for an agent's command has passed (`VIR_ERR_AGENT_COMMAND_TIMEOUT`).
    static let agentCommandTimeout: Int32 = 112
    /// The agent's own error (`VIR_ERR_AGENT_COMMAND_FAILED`), which was an internal error before.
    static let agentCommandFailed: Int32 = 113

    /// Whether a connection over ssh was refused at the socket of the daemon at the other end.
    ///
    /// Whatever the language and the program there, the text names the socket; libvirt itself only
    /// knows that the line was closed.
    var isFromRemoteSocket: Bool {
        code == VIR_ERR_SYSTEM_ERROR && [EIO, ECONNRESET, EPIPE].contains(systemError)
            && (message.contains("/libvirt-sock") || message.contains("qemud-sock"))
    }

    /// Whether the connection's driver does not have the call at all.
    var isLackOfSupport: Bool { code == VIR_ERR_NO_SUPPORT }

    /// Whether the user is not allowed to do what was asked for.
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
