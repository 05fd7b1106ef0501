/// The effect of a fault on one exchange: a few actions that all faults are made of.
struct FaultEffect: Sendable {
    /// The change by another client before the command.
    enum Interference: Sendable { case toggle, unplug, plug, reboot }
    /// How much of the command the agent carries out.
    enum Execution: Sendable { case all, firstHalf, nothing }
    /// The point at which the agent stops for a while.
    enum Pause: Sendable { case before, after }
    /// What the agent sends instead of the answer.
    enum Answer: Sendable {
        /// The answer, correct or malformed.
        case lines(@Sendable (AgentReply) -> [AgentReply])
        case bytewise
        case nothing
        /// The connection is closed, after the first half of the answer or before it.
        case close(afterHalf: Bool)
    }

    var interference: Interference?
    /// The event after the command was carried out.
    var aftermath: Interference?
    var execution = Execution.all
    var pause: Pause?
    /// How long to stop where the script names no time; nil until the agent is resumed.
    var duration: Duration?
    var answer = Answer.lines { [$0] }

    /// The effect of a fault.
    ///
    /// - Parameters:
    ///   - command: The command's name, which errors mention.
    ///   - count: The number of changes in the command, from which wrong counts are made.
    init(_ fault: Fault, command: String, count: Int) {
        switch fault {
        case .hang: pause = .before
        case .hangAfter: pause = .after
        case .slow:
            pause = .after
            duration = .seconds(2)
        case .dropBefore: refuse(.close(afterHalf: false))
        case .dropAfter: answer = .close(afterHalf: false)
        case .dropInReply: answer = .close(afterHalf: true)
        case .dropPartWay:
            execution = .firstHalf
            answer = .close(afterHalf: false)
        case .loseRequest: refuse(.nothing)
        case .loseReply: answer = .nothing
        case .dribble: answer = .bytewise

        case .stopPartWay: execution = .firstHalf
        case .lieDone:
            execution = .nothing
            reply(returning: "\(count)")
        case .lieFailed: reply(AgentReply(error: Self.ownError))
        case .countShort: reply(returning: "\(count - 1)")
        case .countZero: reply(returning: "0")
        case .countNegative: reply(returning: "-1")
        case .countTooLarge: reply(returning: "\(count + 1)")
        case .countHuge: reply(returning: "99999999999999999999")
        case .countFraction: reply(returning: "\(count).5")
        case .countText: reply(returning: "\"\(count)\"")
        case .countNull: reply(returning: "null")

        case .garbage: reply(AgentReply(Array("#$% not { a reply".utf8)))
        case .truncated:
            answer = .lines { [AgentReply(Array($0.bytes.prefix($0.bytes.count / 2)))] }
        case .notReply: reply(AgentReply(Array("{\"foo\": 1}".utf8)))
        case .wrongType: reply(returning: "\"yes\"")
        case .emptyReturn: reply(returning: "{}")
        case .deep: reply(returning: String(repeating: "[", count: 100_000))
        case .huge:
            answer = .lines { _ in
                [AgentReply(returning: "\"" + String(repeating: "x", count: 11 << 20) + "\"")]
            }
        case .notUTF8: reply(AgentReply(Array("{\"return\": \"".utf8) + [0xC3, 0x28, 0x22, 0x7D]))
        case .duplicateMember:
            answer = .lines { reply in
                let again = Array(", \"return\": 1}".utf8)
                return [AgentReply(reply.bytes.dropLast() + again)]
            }

        case .emptyList: reply(returning: "[]")
        case .duplicateID: reply(vcpu: Self.vcpu("0"), Self.vcpu("0"))
        case .idTooLarge: reply(vcpu: Self.vcpu("0"), Self.vcpu("4096"))
        case .idNegative: reply(vcpu: Self.vcpu("-1"))
        case .idFraction: reply(vcpu: Self.vcpu("0.5"))
        case .missingOnline: reply(vcpu: "{\"logical-id\": 0}")
        case .wrongOnline: reply(vcpu: "{\"logical-id\": 0, \"online\": \"true\"}")

        case .blocked: refuse(with: .disabled(command))
        case .unsupported: refuse(with: .notFound(command))
        case .frozen: refuse(with: .frozen(command))
        case .error: refuse(with: AgentReply(error: Self.ownError))
        case .bareError: refuse(with: AgentReply(Array("{\"error\": \"no way\"}".utf8)))
        case .controlCharacters:
            refuse(
                with: AgentReply(error: "\u{1B}[2J\u{1B}[1;1Hall\r\nis\u{7}well\u{9B}5A\u{202E}"))

        case .otherAdmin: interference = .toggle
        case .unplug: interference = .unplug
        case .plug: interference = .plug
        case .reboot:
            interference = .reboot
            refuse(.close(afterHalf: false))
        case .rebootAfter:
            aftermath = .reboot
            answer = .close(afterHalf: false)
        case .strayEvent: precede("{\"event\": \"RTC_CHANGE\", \"data\": {\"offset\": 0}}")
        case .strayGreeting: precede("{\"QMP\": {\"version\": {}, \"capabilities\": []}}")
        case .staleReply: precede("{\"return\": 7}")
        case .staleError:
            precede("{\"error\": {\"class\": \"GenericError\", \"desc\": \"of another client\"}}")
        case .duplicateReply: answer = .lines { [$0, $0] }
        case .carriageReturn: answer = .lines { [AgentReply($0, endingWith: "\r")] }
        }
    }

    /// No fault.
    init() {}

    private static let ownError = "open(\"/sys/devices/system/cpu/\"): Input/output error"

    private static func vcpu(_ id: String) -> String {
        "{\"online\": true, \"can-offline\": true, \"logical-id\": \(id)}"
    }

    private mutating func refuse(_ answer: Answer) {
        execution = .nothing
        self.answer = answer
    }

    private mutating func refuse(with error: AgentReply) {
        refuse(.lines { _ in [error] })
    }

    private mutating func reply(_ reply: AgentReply) {
        answer = .lines { _ in [reply] }
    }

    private mutating func reply(returning value: String) {
        reply(AgentReply(returning: value))
    }

    private mutating func reply(vcpu vcpus: String...) {
        reply(returning: "[" + vcpus.joined(separator: ", ") + "]")
    }

    private mutating func precede(_ line: String) {
        answer = .lines { [AgentReply(Array(line.utf8)), $0] }
    }
}

extension AgentReply {
    fileprivate init(_ reply: AgentReply, endingWith end: String) {
        self = reply
        bytes += end.utf8
    }
}
