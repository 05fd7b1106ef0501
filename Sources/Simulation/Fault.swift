/// A way in which one exchange with an agent can fail; the raw value is its name in tables.
package enum Fault: String, CaseIterable, Sendable {
    // MARK: Time
    /// Stops before it carries out the command, until it is resumed.
    case hang
    /// Carries out the command, and stops before it answers.
    case hangAfter
    /// Answers correctly after 2 s.
    case slow

    // MARK: The line
    /// Closes the connection, and never carries out the command.
    case dropBefore
    /// Carries out the command, and closes the connection without an answer.
    case dropAfter
    /// Closes the connection in the middle of the answer.
    case dropInReply
    /// Carries out the first changes of a set, and closes the connection.
    case dropPartWay
    /// Loses the command, and continues with the next one.
    case loseRequest
    /// Loses the answer, and continues with the next command.
    case loseReply
    /// Sends the answer byte by byte. Harmless.
    case dribble

    // MARK: Sets that are not what they seem
    /// Carries out the first changes of a set, and returns their number; a second try does the
    /// rest.
    case stopPartWay
    /// Does nothing, and reports success.
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

    // MARK: Malformed replies
    /// A line that is not JSON.
    case garbage
    /// The first half of the answer as a whole line.
    case truncated
    /// JSON that is neither a return nor an error.
    case notReply
    /// A return value of the wrong type.
    case wrongType
    /// A return value that is an empty object.
    case emptyReturn
    /// A return value that is nested 100,000 levels deep.
    case deep
    /// A line of 11 MiB.
    case huge
    /// A string that is not UTF-8.
    case notUTF8
    /// A member given twice.
    case duplicateMember

    // MARK: Invalid lists of vCPUs
    /// An empty list.
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
    /// An error that is a string instead of an object.
    case bareError
    /// An error whose text would move a terminal's cursor.
    case controlCharacters

    // MARK: Others
    /// Another client changes a vCPU just before the command.
    case otherAdmin
    /// A vCPU is unplugged just before the command.
    case unplug
    /// A vCPU is plugged in just before the command. Harmless.
    case plug
    /// The guest reboots instead of carrying out the command, and closes the connection.
    case reboot
    /// The guest reboots after it carried out the command, and closes the connection.
    case rebootAfter
    /// An event precedes the answer. Harmless.
    case strayEvent
    /// A greeting precedes the answer. Harmless.
    case strayGreeting
    /// The count for another client's set precedes the answer.
    case staleReply
    /// The error for another client's command precedes the answer.
    case staleError
    /// The answer comes twice.
    case duplicateReply
    /// The answer ends with `\r\n`. Harmless.
    case carriageReturn

    /// Whether the fault can occur with a command.
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
