internal import CLibvirt
internal import GuestVCPU

extension AgentError {
    /// The kind of request that a guest was sent.
    enum Question { case read, set }

    /// Sorts an error of libvirt's calls to agents.
    ///
    /// The message counts only where one code stands for several conditions. A daemon writes
    /// messages in its own language; the agent's words, which it quotes, are always English.
    ///
    /// - Parameter isAlive: Whether the connection still stood after the error.
    /// - Source: libvirt 9.0 and 11.3, `include/libvirt/virterror.h`, `src/qemu/qemu_domain.c`
    ///   (`qemuDomainAgentAvailable`), `src/qemu/qemu_agent.c`, `src/qemu/qemu_driver.c`.
    init(_ error: LibvirtError, asked question: Question, isAlive: Bool) {
        guard isAlive else {
            self.init(.disconnected, "the connection to libvirt was lost: \(error.message)")
            return
        }
        let text = error.message
        switch error.departure {
        case .underWay where error.code != LibvirtError.agentCommandFailed:
            self.init(.paused, "the guest is migrating to another host: \(text)")
            return
        case .done:
            self.init(.disconnected, "the guest has migrated to another host: \(text)")
            return
        case .underWay, nil: break
        }
        switch Int(error.code) {
        case VIR_ERR_AGENT_UNRESPONSIVE: self.init(unresponsive: error)
        case Int(LibvirtError.agentCommandTimeout): self.init(.unresponsive, text)
        case VIR_ERR_AGENT_UNSYNCED: self.init(.malformed, text)
        case VIR_ERR_ARGUMENT_UNSUPPORTED: self.init(.absent)
        case VIR_ERR_OPERATION_INVALID:
            switch error.domainState {
            case .paused: self.init(.paused)
            case .suspended: self.init(.paused, "it is asleep")
            default: self.init(.disconnected, text)
            }
        case VIR_ERR_NO_SUPPORT: self.init(.unsupported, text)
        case VIR_ERR_OPERATION_UNSUPPORTED:
            // A set fails with this code when a vCPU is not offlinable.
            self.init(question == .set ? .error : .unsupported, text)
        case VIR_ERR_NO_DOMAIN:
            // libvirt forgets a transient domain when it ends and when it migrates to another host.
            self.init(
                .disconnected, "the guest has ended, or has migrated to another host: \(text)")
        case VIR_ERR_OPERATION_TIMEOUT: self.init(.busy, text)
        case VIR_ERR_INTERNAL_ERROR:
            if let words = text.agentWords {
                self.init(agentWords: words)
            } else {
                let isMalformed = ["missing", "malformed", "out of range"].contains(
                    where: text.contains)
                self.init(
                    isMalformed ? .malformed : .error, text.dropping(prefix: "internal error: "))
            }
        case Int(LibvirtError.agentCommandFailed): self.init(agentWords: text.agentWords ?? text)
        case Int(LibvirtError.malformed): self.init(.malformed, text)
        default: self.init(error.isDenial ? .denied : .error, text)
        }
    }

    /// Sorts the error that libvirt reports for an agent that does not respond: one code covers
    /// several conditions.
    private init(unresponsive error: LibvirtError) {
        let text = error.message
        if text.contains("is not connected") {
            self.init(.notRunning)
        } else if text.contains("due to an error") || text.contains("disappeared") {
            self.init(.disconnected, text)
        } else if error.agentChannel == .disconnected {
            self.init(.notRunning)
        } else {
            self.init(.unresponsive, text)
        }
    }

    /// Sorts an error in an agent's own words.
    private init(agentWords words: String) {
        let kind: Kind =
            if words.contains("frozen state") {
                .frozen
            } else if words.contains("has not been found") {
                .unsupported
            } else if words.contains("has been disabled") {
                .blocked
            } else {
                .error
            }
        self.init(kind, words)
    }
}

extension String {
    /// The agent's words in a text of the form `FRAME 'COMMAND': WORDS`, where FRAME can be in any
    /// language; nil when the text has another form.
    fileprivate var agentWords: String? {
        guard
            let command = ["guest-get-vcpus", "guest-set-vcpus"].compactMap(firstRange).min(by: {
                $0.lowerBound < $1.lowerBound
            }),
            // The words themselves can contain colons, so the first colon counts.
            let colon = self[command.upperBound...].firstIndex(where: { ":：".contains($0) })
        else { return nil }
        return String(self[index(after: colon)...].drop { $0 == " " })
    }

    fileprivate func dropping(prefix: String) -> String {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self
    }
}
