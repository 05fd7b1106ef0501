internal import CLibvirt
internal import GuestVCPU

extension AgentError {
    /// What a guest was asked.
    enum Question { case read, set }

    /// Sorts an error of libvirt's calls to agents.
    ///
    /// Texts are looked at only where one code stands for several conditions.
    ///
    /// - Parameter isAlive: Whether the connection still stood after the error.
    /// - Source: libvirt 9.0, `include/libvirt/virterror.h`, `src/qemu/qemu_domain.c`
    ///   (`qemuDomainAgentAvailable`), `src/qemu/qemu_agent.c`, `src/qemu/qemu_driver.c`.
    init(_ error: LibvirtError, asked question: Question, isAlive: Bool) {
        guard isAlive else {
            self.init(.disconnected, "the connection to libvirt was lost: \(error.message)")
            return
        }
        let text = error.message
        switch Int(error.code) {
        case VIR_ERR_AGENT_UNRESPONSIVE:
            if text.contains("is not connected") {
                self.init(.notRunning)
            } else if text.contains("due to an error") || text.contains("disappeared") {
                self.init(.disconnected, text)
            } else {
                self.init(.unresponsive, text)
            }
        case VIR_ERR_AGENT_UNSYNCED: self.init(.malformed, text)
        case VIR_ERR_ARGUMENT_UNSUPPORTED: self.init(.absent)
        case VIR_ERR_OPERATION_INVALID:
            switch error.domainState {
            case .paused: self.init(.paused)
            case .suspended: self.init(.paused, "it sleeps")
            default: self.init(.disconnected, text)
            }
        case VIR_ERR_NO_SUPPORT: self.init(.unsupported, text)
        case VIR_ERR_OPERATION_UNSUPPORTED:
            // In answer to a set it says that a vCPU is not offlinable.
            self.init(question == .set ? .error : .unsupported, text)
        case VIR_ERR_NO_DOMAIN: self.init(.disconnected, text)
        case VIR_ERR_OPERATION_TIMEOUT: self.init(.busy, text)
        case VIR_ERR_INTERNAL_ERROR: self.init(internalError: text)
        case Int(LibvirtError.malformed): self.init(.malformed, text)
        default: self.init(error.isDenial ? .denied : .error, text)
        }
    }

    /// Sorts an internal error, which is what libvirt calls all that agents say of themselves.
    private init(internalError text: String) {
        let text = text.dropping(prefix: "internal error: ")
        guard text.hasPrefix("unable to execute QEMU agent command") else {
            let isMalformed = ["missing", "malformed", "out of range"].contains(
                where: text.contains)
            self.init(isMalformed ? .malformed : .error, text)
            return
        }
        // Behind the command's name come the guest's own words, in which a colon may stand.
        let words = text.firstRange(of: "': ").map { String(text[$0.upperBound...]) } ?? text
        if words.contains("frozen state") {
            self.init(.frozen, words)
        } else if words.contains("has not been found") {
            self.init(.unsupported, words)
        } else if words.contains("has been disabled") {
            self.init(.blocked, words)
        } else {
            self.init(.error, words)
        }
    }
}

extension String {
    fileprivate func dropping(prefix: String) -> String {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self
    }
}
