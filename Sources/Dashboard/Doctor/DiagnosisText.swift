package import CanvasKit
package import GuestVCPU
internal import SafeText

/// A diagnosis as lines, for the dashboard's page and for the command alike.
package struct DiagnosisText {
    private let glyphs: GlyphSet
    private let width: Int

    /// - Parameter width: The most cells of a line.
    package init(width: Int, in glyphs: GlyphSet) {
        self.width = max(width, 20)
        self.glyphs = glyphs
    }

    /// The lines: a head with the verdict, then one for each check that was made, with its mend
    /// below it where something is wrong.
    ///
    /// Of a sound guest, one line names the checks.
    package func lines(_ diagnosis: Diagnosis) -> [[StyledText]] {
        head(diagnosis) + body(diagnosis)
    }

    private func head(_ diagnosis: Diagnosis) -> [[StyledText]] {
        let source = diagnosis.source.name
        let name = diagnosis.guest ?? source
        let style = Style(diagnosis.verdict.role)
        guard let cause = diagnosis.cause else {
            let text = "\(CheckResult.ok.label): \(diagnosis[.guest].message)"
            return wrapped(
                "\(shown(name, limit: 120)): \(shown(text))", indent: 0, hanging: 2, style)
        }
        // Whole below; a second line could look like one of the program's own.
        let text = "\(cause.result.label) at \(cause.check.rawValue): \(cause.message)"
        let line = "\(shown(name, limit: 120)): \(shown(text))"
        let fits = line.columns(in: glyphs) <= width
        return [[StyledText(fits ? line : line.padded(to: width, in: glyphs), style)]]
    }

    private func body(_ diagnosis: Diagnosis) -> [[StyledText]] {
        if diagnosis.verdict == .ok {
            let names = diagnosis.findings.filter { $0.result == .ok }.map(\.check.rawValue)
            return wrapped(
                "ok: \(names.joined(separator: ", "))", indent: 2, hanging: 6, Style(.faint))
                + unchecked(diagnosis)
        }
        let made = diagnosis.findings.filter { $0.result != .skipped }
        return made.flatMap { lines($0) } + unchecked(diagnosis)
    }

    private func lines(_ finding: Finding) -> [[StyledText]] {
        let head = [
            StyledText("  "),
            StyledText(finding.result.label.padded(to: 5, in: glyphs), finding.result.role),
            StyledText(finding.check.rawValue.padded(to: 12, in: glyphs)),
        ]
        var lines = wrapped(
            shown(finding.message), indent: indent, hanging: indent, Style())
        // Where there is little room, the message begins below the check.
        if isNarrow || lines.isEmpty {
            lines.insert(head, at: 0)
        } else {
            lines[0] = head + lines[0].dropFirst()
        }
        for help in finding.help {
            // Where no line of a message can begin: a guest words its errors as it likes.
            lines += wrapped("help: \(shown(help))", indent: 2, hanging: 8, Style(.key))
        }
        return lines
    }

    private func unchecked(_ diagnosis: Diagnosis) -> [[StyledText]] {
        let names = diagnosis.findings.filter { $0.result == .skipped }.map(\.check.rawValue)
        guard !names.isEmpty else { return [] }
        return wrapped(
            "not checked: \(names.joined(separator: ", "))", indent: 2, hanging: 6, Style(.faint))
    }

    /// Where the messages begin.
    private var indent: Int { isNarrow ? 6 : 19 }

    private var isNarrow: Bool { width < 60 }

    private func shown(_ text: String, limit: Int = 1_000) -> String {
        text.printable(limit: limit).map { Glyph($0, in: glyphs).text }.joined()
    }

    /// A text in lines, those after the first further in.
    private func wrapped(
        _ text: String, indent: Int, hanging: Int, _ style: Style
    ) -> [[StyledText]] {
        text.wrapped(to: width - hanging, in: glyphs).enumerated().map { place, line in
            [
                StyledText(String(repeating: " ", count: place == 0 ? indent : hanging)),
                StyledText(line, style),
            ]
        }
    }
}

extension CheckResult {
    /// The result as a sign, which a colour only repeats.
    fileprivate var label: String {
        switch self {
        case .ok: "ok"
        case .warn: "warn"
        case .fail: "FAIL"
        case .skipped: "-"
        }
    }

    fileprivate var role: Style.Role {
        switch self {
        case .ok: .good
        case .warn: .warning
        case .fail: .bad
        case .skipped: .faint
        }
    }
}
