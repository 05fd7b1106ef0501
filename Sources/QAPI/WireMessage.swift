internal import SafeText

/// What one line from an agent or a QMP server says.
enum WireMessage: Hashable, Sendable {
    /// `{"return": ...}`
    case returned(Returned)
    /// `{"error": {"class": ..., "desc": ...}}`, or the error as a bare string.
    case failed(Fault)
    /// `{"event": ...}`: answers nothing.
    case event
    /// `{"QMP": ...}`: a QMP server's greeting.
    case greeting
    /// None of these.
    case meaningless(QAPIError)

    /// An error in the other side's words, bounded and printable.
    struct Fault: Hashable, Sendable {
        var `class`: String
        var description: String

        /// Whether the other side lacks the command.
        var isNotFound: Bool {
            `class` == "CommandNotFound" || description.hasBytes(of: "has not been found")
        }

        /// Whether the command is there but blocked.
        var isDisabled: Bool { description.hasBytes(of: "has been disabled") }
    }

    /// - Parameter form: The form in which the value of a command is wanted.
    init(line: [UInt8], form: ReplyForm = .json) {
        if form == .vcpus, let vcpus = VCPUListParser.vcpus(in: line) {
            self = .returned(.vcpus(vcpus))
            return
        }
        do throws(JSONError) {
            self.init(try JSON(parsing: line))
        } catch {
            self = .meaningless(
                .malformed(.notJSON(error), excerpt: GuestText.excerpt(of: line)))
        }
    }

    private init(_ json: JSON) {
        switch (json["return"], json["error"]) {
        case (let value?, nil): self = .returned(.json(value))
        case (nil, let error?):
            guard let fault = Fault(error) else {
                self = .meaningless(.malformed(.notReply, excerpt: json.excerpt))
                return
            }
            self = .failed(fault)
        case (nil, nil) where json["event"] != nil: self = .event
        case (nil, nil) where json["QMP"] != nil: self = .greeting
        default: self = .meaningless(.malformed(.notReply, excerpt: json.excerpt))
        }
    }
}

extension WireMessage.Fault {
    fileprivate init?(_ json: JSON) {
        guard let description = json.stringValue ?? json["desc"]?.stringValue else { return nil }
        self.class = (json["class"]?.stringValue ?? "").printable(limit: 64)
        self.description = description.printable(limit: QAPIError.maximumDescriptionLength)
    }
}
