/// Ways in which an agent's answer to one command can go wrong; each has a name for tables.
package enum Fault: String, CaseIterable, Sendable {
    // MARK: Time
    /// Stops before the command is carried out, and goes on from there when resumed.
    case hang
    /// Stops after the command was carried out, before it answers.
    case hangAfter
    /// Answers correctly after a while (2 s).
    case slow

    // MARK: The line
    /// Closes the line before the command is carried out; it never is.
    case dropBefore
    /// Closes the line after the command was carried out, without an answer.
    case dropAfter
    /// Closes the line in the middle of the answer.
    case dropInReply
    /// Carries out the first changes of a set, then closes the line.
    case dropPartWay
    /// Loses the command and goes on with the next.
    case loseRequest
    /// Loses the answer and goes on with the next.
    case loseReply
    /// Sends the answer byte by byte. Harmless.
    case dribble

    // MARK: Sets that are not what they seem
    /// Carries out the first changes of a set and says so; a second try would do the rest.
    case stopPartWay
    /// Does nothing, and says that all is done.
    case lieDone
    /// Does everything, and reports an error.
    case lieFailed
    /// Does everything, and returns one less.
    case countShort
    /// Does everything, and returns 0.
    case countZero
    /// Does everything, and returns -1.
    case countNegative
    /// Does everything, and returns one more.
    case countTooLarge
    /// Does everything, and returns a number of 20 digits.
    case countHuge
    /// Does everything, and returns a number with a fraction.
    case countFraction
    /// Does everything, and returns the count as a string.
    case countText
    /// Does everything, and returns null.
    case countNull

    // MARK: Replies that are none
    /// A line that is no JSON.
    case garbage
    /// The first half of the answer as a whole line.
    case truncated
    /// JSON that is neither a return nor an error.
    case notReply
    /// A return of the wrong type.
    case wrongType
    /// A return that is an empty object.
    case emptyReturn
    /// A return nested 100,000 deep.
    case deep
    /// A line of 11 MiB.
    case huge
    /// A string that is no UTF-8.
    case notUTF8
    /// A member given twice.
    case duplicateMember

    // MARK: Lists of vCPUs that cannot be
    /// No vCPU at all.
    case emptyList
    /// The first id twice.
    case duplicateID
    /// An id of 4096.
    case idTooLarge
    /// An id of -1.
    case idNegative
    /// An id with a fraction.
    case idFraction
    /// A vCPU without its state.
    case missingOnline
    /// A vCPU whose state is a string.
    case wrongOnline

    // MARK: Errors
    /// The command is disabled.
    case blocked
    /// The command does not exist.
    case unsupported
    /// File systems are frozen.
    case frozen
    /// The guest's own error.
    case error
    /// An error that is a bare string.
    case bareError
    /// An error whose text would move a terminal's cursor.
    case controlCharacters

    // MARK: Others
    /// Another client changes a vCPU just before.
    case otherAdmin
    /// A vCPU is unplugged just before.
    case unplug
    /// A vCPU is plugged in just before. Harmless.
    case plug
    /// The guest reboots instead of carrying the command out, and closes the line.
    case reboot
    /// The guest reboots after the command was carried out, and closes the line.
    case rebootAfter
    /// An event comes before the answer. Harmless.
    case strayEvent
    /// A greeting comes before the answer. Harmless.
    case strayGreeting
    /// The answer to another client's count comes before the answer.
    case staleReply
    /// The error of another client's command comes before the answer.
    case staleError
    /// The answer comes twice.
    case duplicateReply
    /// The answer ends with `\r\n`. Harmless.
    case carriageReturn

    /// Whether it can happen at a command.
    package func applies(to command: AgentCommand) -> Bool {
        switch self {
        case .dropPartWay, .stopPartWay, .lieDone, .lieFailed, .countShort, .countZero,
            .countNegative, .countTooLarge, .countHuge, .countFraction, .countText, .countNull:
            command == .setVCPUs
        case .emptyList, .duplicateID, .idTooLarge, .idNegative, .idFraction, .missingOnline,
            .wrongOnline:
            command == .getVCPUs
        default: true
        }
    }
}
