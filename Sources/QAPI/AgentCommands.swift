internal import SafeText

extension AgentSession {
    /// Reads which commands the agent has (`guest-info`).
    ///
    /// - Throws: As `execute`; `.malformed` when the reply is not what the schema says.
    public func info(until deadline: ContinuousClock.Instant) async throws(QAPIError) -> AgentInfo {
        let reply = try await execute(
            "guest-info", replySize: ReplySize.commands, until: deadline)
        return try reading(reply) { (info) throws(SchemaViolation) in
            let version = try info.optional("version") { $0.stringValue }
            let list = try info.required("supported_commands") { $0 }
            var commands: [String: Bool] = [:]
            do throws(SchemaViolation) {
                _ = try list.elements(atMost: AgentInfo.maximumCommands) {
                    (command) throws(SchemaViolation) in
                    let name = try command.required("name") { $0.stringValue }
                    // Names are hashed; see `JSON.maximumNameSize`.
                    guard name.utf8.count <= JSON.maximumNameSize else {
                        throw SchemaViolation("name", .outOfRange, command)
                    }
                    let isEnabled = try command.required("enabled") { $0.boolValue }
                    commands[name] = isEnabled && commands[name] != false
                }
            } catch {
                throw error.within("supported_commands")
            }
            return AgentInfo(
                version: version.map {
                    $0.printable(limit: AgentInfo.maximumVersionLength)
                },
                commands: commands)
        }
    }

    /// Reads the guest's processors (`guest-get-vcpus`), in the agent's order.
    ///
    /// - Returns: At least one, at most 4,096; no id twice.
    /// - Throws: As `execute`; `.malformed` when the reply is not what the schema says.
    public func vcpus(
        until deadline: ContinuousClock.Instant
    ) async throws(QAPIError) -> [AgentVCPU] {
        switch try await vcpuList(until: deadline) {
        case .vcpus(let vcpus): vcpus
        case .json(let reply): try Self.vcpus(in: reply)
        }
    }

    /// Reads the value that `guest-get-vcpus` returned, whatever it is.
    static func vcpus(in reply: JSON) throws(QAPIError) -> [AgentVCPU] {
        try reading(reply) { (list) throws(SchemaViolation) in
            var seen: Set<Int> = []
            let vcpus = try list.elements(atMost: AgentVCPU.maximumID + 1) {
                (vcpu) throws(SchemaViolation) in
                let id = try vcpu.required("logical-id", in: 0...AgentVCPU.maximumID)
                guard seen.insert(id).inserted else {
                    throw SchemaViolation("logical-id", .duplicate, vcpu)
                }
                return AgentVCPU(
                    logicalID: id, isOnline: try vcpu.required("online") { $0.boolValue },
                    canOffline: try vcpu.optional("can-offline") { $0.boolValue })
            }
            guard !vcpus.isEmpty else { throw SchemaViolation("", .empty, list) }
            return vcpus
        }
    }

    /// Asks for processors to be brought online or taken offline, in this order
    /// (`guest-set-vcpus`).
    ///
    /// The agent stops at the first that fails, and gives an error only when that is the first of
    /// the list.
    ///
    /// - Parameters:
    ///   - changes: Which processor and to which state; `canOffline` is not sent.
    ///   - deadline: Latest instant to wait for the reply.
    /// - Returns: The number that the agent returned, whatever it is; it should be how many of the
    ///   changes it finished.
    /// - Throws: As `execute`; `.malformed` when it returned no integer.
    public func setVCPUs(
        _ changes: [AgentVCPU], until deadline: ContinuousClock.Instant
    ) async throws(QAPIError) -> Int64 {
        let list = changes.map { change in
            JSON.object([
                "logical-id": .integer(Int64(change.logicalID)), "online": .bool(change.isOnline),
            ])
        }
        let reply = try await execute(
            "guest-set-vcpus", arguments: .object(["vcpus": .array(list)]),
            replySize: ReplySize.scalar, until: deadline)
        return try reading(reply) { (count) throws(SchemaViolation) in
            guard let count = count.integerValue else {
                throw SchemaViolation("", .wrongType, count)
            }
            return count
        }
    }
}
