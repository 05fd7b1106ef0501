internal import SafeText

extension QMPSession {
    /// Reads the vCPUs and their threads (`query-cpus-fast`).
    ///
    /// - Returns: At most 4,096; no index twice.
    /// - Throws: As `execute`; `.malformed` when the reply is not what the schema says.
    public func cpus(until deadline: ContinuousClock.Instant) async throws(QAPIError) -> [QMPVCPU] {
        let reply = try await execute(
            "query-cpus-fast", replySize: ReplySize.monitorList, until: deadline)
        return try reading(reply) { (list) throws(SchemaViolation) in
            var seen: Set<Int> = []
            return try list.elements(atMost: AgentVCPU.maximumID + 1) {
                (cpu) throws(SchemaViolation) in
                let index = try cpu.required("cpu-index", in: 0...AgentVCPU.maximumID)
                guard seen.insert(index).inserted else {
                    throw SchemaViolation("cpu-index", .duplicate, cpu)
                }
                let threadID = try cpu.required("thread-id", in: 1...Int(Int32.max))
                return QMPVCPU(index: index, threadID: Int32(truncatingIfNeeded: threadID))
            }
        }
    }

    /// Reads whether the guest runs (`query-status`).
    ///
    /// - Throws: As `execute`; `.malformed` when the reply is not what the schema says.
    public func runState(
        until deadline: ContinuousClock.Instant
    ) async throws(QAPIError) -> QMPRunState {
        let reply = try await execute(
            "query-status", replySize: ReplySize.monitorLine, until: deadline)
        return try reading(reply) { (status) throws(SchemaViolation) in
            QMPRunState(wireName: try status.required("status") { $0.stringValue })
        }
    }

    /// Reads the character devices (`query-chardev`).
    ///
    /// - Throws: As `execute`; `.malformed` when the reply is not what the schema says.
    public func chardevs(
        until deadline: ContinuousClock.Instant
    ) async throws(QAPIError) -> [QMPChardev] {
        let reply = try await execute(
            "query-chardev", replySize: ReplySize.monitorList, until: deadline)
        return try reading(reply) { (list) throws(SchemaViolation) in
            try list.elements(atMost: 4096) { (chardev) throws(SchemaViolation) in
                QMPChardev(
                    label: try chardev.required("label") { $0.stringValue },
                    filename: try chardev.required("filename") { $0.stringValue },
                    isFrontendOpen: try chardev.required("frontend-open") { $0.boolValue })
            }
        }
    }

    /// Reads the guest's name (`query-name`); nil where it was given none.
    ///
    /// - Throws: As `execute`; `.malformed` when the reply is not what the schema says.
    public func name(until deadline: ContinuousClock.Instant) async throws(QAPIError) -> String? {
        let reply = try await execute(
            "query-name", replySize: ReplySize.monitorLine, until: deadline)
        return try reading(reply) { (name) throws(SchemaViolation) in
            try name.optional("name") { $0.stringValue }
        }
    }
}
