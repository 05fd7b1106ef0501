internal import FoundationEssentials
internal import QAPI

/// The arguments of `guest-set-vcpus`.
///
/// - Source: qemu/qga/qapi-schema.json; the texts are those of qemu-ga 7.2.
enum VCPUArguments {
    case valid([(id: Int64, online: Bool)])
    case invalid(String)

    /// The changes; empty where the arguments violate the schema.
    var list: [(id: Int64, online: Bool)] {
        if case .valid(let list) = self { return list }
        return []
    }

    init(_ arguments: JSON) {
        guard let value = arguments["vcpus"] else {
            self = .invalid("Parameter 'vcpus' is missing")
            return
        }
        guard let elements = value.arrayValue else {
            self = .invalid("Invalid parameter type for 'vcpus', expected: array")
            return
        }
        var list: [(id: Int64, online: Bool)] = []
        for (index, element) in elements.enumerated() {
            let path = "vcpus[\(index)]"
            guard let id = element["logical-id"]?.integerValue else {
                self = .invalid(
                    Self.problem("\(path).logical-id", element["logical-id"], "integer"))
                return
            }
            guard let online = element["online"]?.boolValue else {
                self = .invalid(Self.problem("\(path).online", element["online"], "boolean"))
                return
            }
            list.append((id, online))
        }
        self = .valid(list)
    }

    private static func problem(_ path: String, _ value: JSON?, _ type: String) -> String {
        value == nil
            ? "Parameter '\(path)' is missing"
            : "Invalid parameter type for '\(path)', expected: \(type)"
    }
}

extension AgentReply {
    /// The answer to a sync: the id of the request.
    init(syncArguments arguments: JSON, id: JSON?) {
        switch arguments["id"] {
        case .integer(let number)?: self.init(returning: "\(number)", id: id)
        case nil: self.init(error: "Parameter 'id' is missing", id: id)
        default:
            self.init(error: "Invalid parameter type for 'id', expected: integer", id: id)
        }
    }

    /// The answer to `guest-info`.
    init(infoOf traits: AgentTraits, isFrozen: Bool, id: JSON?) {
        var commands = AgentCommand.others.map { (name: $0, isEnabled: false) }
        for command in AgentCommand.allCases where !traits.absent.contains(command) {
            let isEnabled =
                !traits.disabled.contains(command) && (!isFrozen || command.worksWhileFrozen)
            commands.append((command.rawValue, isEnabled))
        }
        let list = commands.map {
            "{\"enabled\": \($0.isEnabled), \"name\": \"\($0.name)\", \"success-response\": true}"
        }
        let version = "\"version\": \"\(traits.version)\""
        self.init(
            returning: "{\(version), \"supported_commands\": [\(list.joined(separator: ", "))]}",
            id: id)
    }

    /// The answer to `guest-get-vcpus`, the last vCPU first: a real agent lists its vCPUs in the
    /// order of a directory, which is arbitrary.
    init(vcpus: [SimulatedVCPU], reportsOfflinable: Bool, id: JSON?) {
        let list = vcpus.reversed().map { vcpu in
            let offlinable = reportsOfflinable ? "\"can-offline\": \(vcpu.isOfflinable), " : ""
            return "{\"online\": \(vcpu.isOnline), \(offlinable)\"logical-id\": \(vcpu.id)}"
        }
        self.init(returning: "[\(list.joined(separator: ", "))]", id: id)
    }

    /// The answer to `guest-file-read`, which returns the whole file at once.
    init(file contents: String, id: JSON?) {
        let data = Data(contents.utf8)
        self.init(
            returning: "{\"count\": \(data.count), \"eof\": true, "
                + "\"buf-b64\": \"\(data.base64EncodedString())\"}", id: id)
    }

    /// The answer to `guest-set-vcpus`.
    init(setReply: SimulatedGuest.SetReply, id: JSON?) {
        switch setReply {
        case .count(let count): self.init(returning: "\(count)", id: id)
        case .error(let text): self.init(error: text, id: id)
        }
    }
}
