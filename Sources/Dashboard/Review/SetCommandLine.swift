internal import CanvasKit
internal import GuestVCPU
internal import SafeText

/// The command that makes the same change as a plan, to be copied into a shell.
struct SetCommandLine: Hashable {
    /// Its words, quoted for a POSIX shell.
    let words: [String]

    /// - Returns: nil where the guest's name cannot be written so that it is shown as it is: what
    ///   is copied from the screen would name another guest, or none.
    init?(_ guest: GuestID, _ plan: ChangePlan, _ policy: FailurePolicy) {
        var words = ["vcputop", "set"]
        switch guest.source {
        case .agentSocket(let path):
            // The first equals sign ends the name.
            guard !guest.name.contains("=") else { return nil }
            words += ["--agent", "\(guest.name)=\(path)"]
        case .libvirt(let uri): words += ["--connect", uri]
        case .qemuProcesses, .simulation, .other: break
        }
        // The equals sign keeps a list from being taken for an option.
        if !plan.targets.online.isEmpty { words.append("--online=\(plan.targets.online.list)") }
        if !plan.targets.offline.isEmpty { words.append("--offline=\(plan.targets.offline.list)") }
        if policy == .keepGoing { words.append("--keep-going") }
        if guest.name.utf8.first == UInt8(ascii: "-") { words.append("--") }
        words.append(guest.name)
        var quoted: [String] = []
        for word in words {
            guard let word = word.quotedForShell else { return nil }
            quoted.append(word)
        }
        self.words = quoted
    }

    /// The command in lines of so many cells that can be copied together: each but the last
    /// ends in a backslash, and none is broken within a word that would fit.
    func lines(width: Int, _ glyphs: GlyphSet) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in words {
            let columns = line.columns(in: glyphs) + word.columns(in: glyphs) + 1
            if line.isEmpty {
                line = word
            } else if columns <= width - 2 {
                line += " " + word
            } else {
                lines.append(line + " \\")
                line = word
            }
        }
        return lines + [line]
    }
}

extension String {
    /// The text as one word of a shell; nil where the screen cannot show it as it is.
    fileprivate var quotedForShell: String? {
        guard unicodeScalars.count <= 400, printable() == self else { return nil }
        return shellWord
    }
}
