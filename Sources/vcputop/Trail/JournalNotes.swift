internal import GuestVCPU
internal import Journal

extension Journal {
    /// What the journal says now; the error in the words of a command.
    func readContents() async throws(CommandFailure) -> JournalContents {
        do throws(ChangeJournalError) {
            return try await contents()
        } catch {
            throw CommandFailure(.unreachable, "cannot read the journal: \(error.summary)")
        }
    }
}

/// What there is to say of the journal itself, on standard error.
enum JournalNotes {
    /// Says how many lines cannot be read.
    static func write(_ skippedLines: Int) {
        if let text = text(skippedLines) { Diagnostics.note(text) }
    }

    /// How many lines cannot be read; nil where all can be.
    static func text(_ skippedLines: Int) -> String? {
        switch skippedLines {
        case 0: nil
        case 1: "1 line of the journal cannot be read and is skipped"
        default: "\(skippedLines) lines of the journal cannot be read and are skipped"
        }
    }
}
