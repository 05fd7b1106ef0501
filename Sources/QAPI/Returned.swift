/// What a command returned.
enum Returned: Hashable, Sendable {
    /// Any value.
    case json(JSON)
    /// A plain list of processors; only where `ReplyForm.vcpus` was asked for.
    case vcpus([AgentVCPU])

    /// The value as JSON.
    var json: JSON {
        switch self {
        case .json(let value): value
        case .vcpus(let list): .array(list.map(JSON.init))
        }
    }
}

/// The form in which a command's value is wanted.
enum ReplyForm: Hashable, Sendable {
    case json
    /// A list of processors where the reply is a plain one, otherwise JSON.
    case vcpus
}

extension JSON {
    /// A processor as the schema writes it.
    init(_ vcpu: AgentVCPU) {
        var members: [String: JSON] = [
            "logical-id": .integer(Int64(vcpu.logicalID)), "online": .bool(vcpu.isOnline),
        ]
        if let canOffline = vcpu.canOffline { members["can-offline"] = .bool(canOffline) }
        self = .object(members)
    }
}
