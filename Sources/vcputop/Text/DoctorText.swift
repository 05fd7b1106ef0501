internal import CanvasKit
internal import Dashboard
internal import Glibc
internal import GuestVCPU

/// Diagnoses for people.
enum DoctorText {
    /// Standard output's lines: as wide as its terminal, and not broken elsewhere.
    static func lines(_ diagnoses: [Diagnosis]) -> [String] {
        lines(diagnoses, width: terminalWidth ?? .max / 2, in: glyphs)
    }

    static func lines(_ diagnoses: [Diagnosis], width: Int, in glyphs: GlyphSet) -> [String] {
        let text = DiagnosisText(width: width, in: glyphs)
        var lines = diagnoses.flatMap { diagnosis in
            text.lines(diagnosis).map { $0.map(\.text).joined() }
        }
        if diagnoses.count > 1 {
            let counts = [CheckResult.fail, .warn, .ok].map { result in
                "\(diagnoses.count { $0.verdict == result }) \(result.rawValue)"
            }
            lines.append("\(diagnoses.count) diagnoses: \(counts.joined(separator: ", "))")
        }
        return lines
    }

    /// The columns of the terminal at standard output; nil where there is none.
    private static var terminalWidth: Int? {
        var window = winsize()
        guard isatty(STDOUT_FILENO) == 1,
            ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0
        else { return nil }
        return Int(window.ws_col)
    }

    /// What the user's locale can show; the program itself runs in the C locale.
    private static var glyphs: GlyphSet {
        guard let locale = newlocale(LC_CTYPE_MASK, "", nil) else { return .ascii }
        defer { freelocale(locale) }
        return String(cString: nl_langinfo_l(Int32(CODESET), locale)) == "UTF-8"
            ? .unicode : .ascii
    }
}
