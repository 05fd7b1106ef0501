internal import Concurrency
package import GuestVCPU
internal import QAPI
internal import UnixSockets

extension AgentSocketReader: GuestExaminer {
    /// Looks at the socket, at the process that serves it, and at its clients; asks an agent that
    /// answers what it can do.
    package func clues(about error: AgentError?, timeout: Duration) async -> GuestClues {
        var clues = GuestClues()
        clues.socket = await .look(at: path)
        clues.monitor = await monitor()
        clues.isOfLibvirt = await process.isOfLibvirt
        if let processID = await process.process?.processID {
            clues.process = await BlockingCall.run(until: .now + .seconds(2)) {
                ProcessNames.named(processID)
            }
        }
        switch error?.kind {
        case .unresponsive, .busy, .notRunning:
            clues.holders = await ProcessNames.clients(ofSocketAt: path)
        case nil, .blocked, .unsupported, .frozen, .malformed, .error:
            if error?.isOurs != true, let info = await info(timeout: timeout) {
                clues.version = info.version
                clues.commands = info.commands
            }
        case .disconnected, .denied, .waiting, .absent, .paused: break
        }
        return clues
    }

    /// The QMP socket, and what came of the last question to it; nil where there is none.
    private func monitor() async -> MonitorClue? {
        guard let place = process.qmp else { return nil }
        let answer: MonitorClue.Answer =
            switch await process.lastQMP {
            case nil: .notAsked
            case .answer: .answered
            case .unreachable(.refused): .refused
            case .stranger(let processID):
                .stranger(
                    await BlockingCall.run(until: .now + .seconds(2)) {
                        ProcessNames.named(processID)
                    } ?? NamedProcess(processID: processID, name: nil))
            case .unreachable(.queueFull), .silent: .silent
            case .unreachable(let error):
                .unreachable(AgentError(connect: error, path: place.text).message)
            }
        return MonitorClue(socket: await .look(at: place.text), answer: answer)
    }

    /// What the agent says of itself, in an exchange of its own; nil where it does not say.
    private func info(timeout: Duration) async -> AgentInfo? {
        guard let line = try? await connect(timeout: timeout) else { return nil }
        let info = try? await line.session.info(until: .now + timeout)
        await line.stream.close()
        return info
    }
}
