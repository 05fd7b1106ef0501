package import Concurrency
internal import GuestVCPU
internal import QAPI
package import UnixSockets

/// A simulated guest's agent, on a real socket that serves one client at a time as QEMU's do.
///
/// A client's request stays in the agent's input when the client disconnects. The agent carries it
/// out later, and the answer goes to the client that is connected then, or to the next one.
package actor SimulatedAgent {
    /// The path of the agent's socket.
    package nonisolated let path: String
    package nonisolated let unownedExecutor: UnownedSerialExecutor

    /// The event loop of all simulated agents, apart from the program's own sockets.
    package static let loop = (try? EventLoop.running()) ?? .shared

    /// How many unanswered requests an agent keeps; more are lost.
    private static let maximumRequests = 4096
    private static let maximumHistory = 1000
    /// How long a client that does not read can block its agent.
    private static let sendTimeout = Duration.seconds(10)

    private let listener: UnixListener
    private let traits: AgentTraits
    private let now: @Sendable () -> Duration
    private let requests: AsyncStream<AgentRequest>
    private let input: AsyncStream<AgentRequest>.Continuation
    private var reader = AgentRequestReader()
    private var model: SimulatedGuest
    private var script: FaultScript
    private var received: [AgentCommand] = []
    /// The handle of the agent's one file while it is open, and the last handle that was used.
    private var openFile: Int64?
    private var lastHandle: Int64 = 999

    private var tasks: [Task<Void, Never>] = []
    private var pausing: Task<Void, Never>?
    private var client: UnixStream?
    private var clientCount = 0
    /// When the agent checks for a client again, while it has none.
    private var looksAt: Duration?
    private var undelivered: [UInt8] = []

    /// Creates the socket; the agent answers from `start` to `stop`.
    ///
    /// - Parameters:
    ///   - guest: The guest in which the agent runs.
    ///   - path: The path of the socket.
    ///   - elapsed: The time since the start of the simulation; it never decreases.
    package init(
        _ guest: SimulatedGuest, path: String, traits: AgentTraits = AgentTraits(),
        faults: [ScriptedFault] = [], elapsed: @escaping @Sendable () -> Duration
    ) throws(UnixSocketError) {
        self.path = path
        self.traits = traits
        model = guest
        now = elapsed
        script = FaultScript(faults)
        // QEMU's chardev sockets listen with a backlog of one.
        listener = try UnixListener(path: path, backlog: 1, loop: Self.loop)
        unownedExecutor = Self.loop.asUnownedSerialExecutor()
        (requests, input) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingOldest(Self.maximumRequests))
    }

    /// Begins to serve clients.
    package func start() {
        guard tasks.isEmpty else { return }
        tasks = [
            Task { for await stream in listener.connections { await serve(stream) } },
            Task { for await request in requests { await carryOut(request) } },
        ]
    }

    /// Closes and removes the socket, and ends the present exchange.
    package func stop() async {
        await listener.close()
        input.finish()
        for task in tasks { task.cancel() }
        resume()
        await client?.close()
        for task in tasks { await task.value }
        tasks = []
    }

    /// The guest's present state, whatever its agent reports.
    package var guest: SimulatedGuest {
        model.advance(to: now())
        return model
    }

    /// The received commands, also those that were refused; at least the last 500.
    package var commands: [AgentCommand] { received }

    /// Whether a client is connected.
    package var hasClient: Bool { client != nil }

    /// Whether the agent hangs or pauses.
    package var isPausing: Bool { pausing != nil }

    /// Replaces the agent's faults; the count of commands starts again.
    package func script(_ faults: [ScriptedFault]) {
        script = FaultScript(faults)
    }

    /// Changes the guest behind the agent's back.
    package func change(_ body: @Sendable (inout SimulatedGuest) -> Void) {
        model.advance(to: now())
        body(&model)
    }

    /// Ends a hang.
    package func resume() {
        pausing?.cancel()
    }

    // MARK: - The line

    private func serve(_ stream: UnixStream) async {
        model.advance(to: now())
        guard !model.isDown else { return await stream.close() }
        client = stream
        clientCount += 1
        if traits.latency > .zero {
            let share = SeededHash(seed: UInt64(clientCount)).fraction(path.utf8.count)
            looksAt = now() + traits.latency * share
        }
        if !undelivered.isEmpty {
            let bytes = undelivered
            undelivered = []
            try? await stream.send(bytes, until: .now + Self.sendTimeout)
        }
        while let bytes = try? await stream.receive(until: .now + .seconds(86_400)) {
            for request in reader.push(bytes) { input.yield(request) }
        }
        await close(stream)
    }

    private func close(_ stream: UnixStream?) async {
        if client === stream { client = nil }
        await stream?.close()
    }

    private func send(_ lines: [AgentReply]) async {
        await send(lines.flatMap(wireBytes))
    }

    private func send(_ bytes: [UInt8]) async {
        guard let client else {
            undelivered += bytes
            return
        }
        // The answer for a client that has disconnected is lost.
        try? await client.send(bytes, until: .now + Self.sendTimeout)
    }

    private func wireBytes(_ reply: AgentReply) -> [UInt8] {
        (reply.isDelimited ? [0xFF] : []) + reply.bytes
            + (traits.endsLinesWithCarriageReturn ? [0x0D, 0x0A] : [0x0A])
    }

    /// Stops for a while; nil until `resume`.
    private func pause(_ duration: Duration?) async {
        guard duration != .zero, !Task.isCancelled else { return }
        let pause = Task {
            // A hang without an end lasts many years.
            _ = try? await Task.sleep(for: duration ?? .seconds(1_000_000_000))
        }
        pausing = pause
        await withTaskCancellationHandler {
            await pause.value
        } onCancel: {
            pause.cancel()
        }
        pausing = nil
    }

    // MARK: - The commands

    private func carryOut(_ request: AgentRequest) async {
        if let moment = looksAt {
            looksAt = nil
            await pause(max(.zero, moment - now()))
        }
        model.advance(to: now())
        await pause(model.stall)
        guard !Task.isCancelled else { return }
        switch request {
        case .invalid(let reason):
            await send([AgentReply(error: reason)])
        case .command(let name, let arguments, let id):
            await carryOut(name, arguments, id)
        }
    }

    private func carryOut(_ name: String, _ arguments: JSON, _ id: JSON?) async {
        guard let command = AgentCommand(rawValue: name), !traits.absent.contains(command) else {
            let isKnown = AgentCommand.others.contains(name)
            await send([isKnown ? .disabled(name, id: id) : .notFound(name, id: id)])
            return
        }
        received.append(command)
        if received.count > Self.maximumHistory { received.removeFirst(Self.maximumHistory / 2) }
        guard !traits.disabled.contains(command) else {
            return await send([.disabled(name, id: id)])
        }
        guard !model.isFrozen || command.worksWhileFrozen else {
            return await send([.frozen(name, id: id)])
        }
        let scripted = script.next(for: command)
        let changes = command == .setVCPUs ? VCPUArguments(arguments) : nil
        let effect =
            scripted.map {
                FaultEffect($0.fault, command: name, count: changes?.list.count ?? 0)
            } ?? FaultEffect()

        interfere(effect.interference, scripted?.vcpu)
        if effect.pause == .before { await pause(scripted?.duration ?? effect.duration) }
        guard !Task.isCancelled else { return }
        if let count = changes?.list.count, effect.execution != .nothing {
            await pause(traits.changeDuration * count)
        }
        let reply = execute(command, arguments, changes, id, effect.execution)
        interfere(effect.aftermath, scripted?.vcpu)
        if effect.pause == .after { await pause(scripted?.duration ?? effect.duration) }
        guard !Task.isCancelled else { return }
        await answer(reply, effect.answer)
    }

    private func answer(_ reply: AgentReply, _ answer: FaultEffect.Answer) async {
        switch answer {
        case .lines(let lines): await send(lines(reply))
        case .bytewise: for byte in wireBytes(reply) { await send([byte]) }
        case .nothing: break
        case .close(let afterHalf):
            if afterHalf { await send(Array(reply.bytes.prefix(reply.bytes.count / 2))) }
            await close(client)
        }
    }

    private func interfere(_ interference: FaultEffect.Interference?, _ vcpu: Int?) {
        switch interference {
        case .toggle: model.toggle(vcpu)
        case .unplug: model.unplug(vcpu)
        case .plug: model.plug()
        case .reboot: model.reboot()
        case nil: break
        }
    }

    private func execute(
        _ command: AgentCommand, _ arguments: JSON, _ changes: VCPUArguments?, _ id: JSON?,
        _ execution: FaultEffect.Execution
    ) -> AgentReply {
        model.advance(to: now())
        switch command {
        case .ping: return AgentReply(returning: "{}", id: id)
        case .sync, .syncDelimited:
            var reply = AgentReply(syncArguments: arguments, id: id)
            reply.isDelimited = command == .syncDelimited && arguments["id"]?.integerValue != nil
            return reply
        case .info: return AgentReply(infoOf: traits, isFrozen: model.isFrozen, id: id)
        case .getVCPUs:
            return AgentReply(
                vcpus: model.vcpus, reportsOfflinable: traits.reportsOfflinable, id: id)
        case .freezeStatus:
            return AgentReply(returning: model.isFrozen ? "\"frozen\"" : "\"thawed\"", id: id)
        case .openFile:
            guard arguments["path"]?.stringValue == BootID.file else {
                return AgentReply(error: "failed to open file: No such file or directory", id: id)
            }
            lastHandle += 1
            openFile = lastHandle
            return AgentReply(returning: "\(lastHandle)", id: id)
        case .readFile, .closeFile:
            guard let openFile, arguments["handle"]?.integerValue == openFile else {
                return AgentReply(error: "handle has not been found", id: id)
            }
            if command == .readFile { return AgentReply(file: "\(model.bootID)\n", id: id) }
            self.openFile = nil
            return AgentReply(returning: "{}", id: id)
        case .setVCPUs:
            switch changes {
            case .valid(let list):
                let part = execution == .all ? list.count : max(1, list.count / 2)
                let reply =
                    execution == .nothing
                    ? .count(list.count) : model.set(Array(list.prefix(part)))
                return AgentReply(setReply: reply, id: id)
            case .invalid(let reason): return AgentReply(error: reason, id: id)
            case nil: return AgentReply(error: "Parameter 'vcpus' is missing", id: id)
            }
        }
    }
}
