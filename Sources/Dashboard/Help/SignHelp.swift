internal import CanvasKit

/// What a sign of the screen means, for the help and a manual.
package struct SignHelp: Sendable {
    /// The sign as the screen shows it.
    let sign: StyledText
    /// What it means.
    package let text: String

    /// The sign in ASCII or Unicode, as the table was asked for.
    package var label: String { sign.text }

    /// The signs as a terminal without UTF-8 shows them.
    package static let ascii = all(.ascii)

    /// The signs of vCPUs, and those beside them.
    static func all(_ glyphs: GlyphSet) -> [SignHelp] {
        let loads = glyphs == .ascii ? "0-9" : "·▁█"
        let faces: [(VCPUFace, String)] = [
            (.online, "online; what it uses is not known"),
            (.offline, "offline in the guest"),
            (.contradicted, "offline, says the guest, yet its thread uses a physical CPU"),
            (.toOnline, "marked to come online"),
            (.toOffline, "marked to go offline"),
            (.sending, "being changed"),
            (.failed, "the change failed; marked still"),
            (.unknown, "not known"),
        ]
        let arrows = glyphs.arrow(largestFirst: true) + glyphs.arrow(largestFirst: false)
        return [
            SignHelp(
                sign: StyledText(loads, .loadLow),
                text: "online: the share of a physical CPU that it uses"),
            SignHelp(
                sign: StyledText(
                    glyphs.load(0.4).text, Style(.loadLow, isUnderlined: true)),
                text: "underlined: not offlinable, the guest cannot take it offline"),
        ]
            + faces.map { face, text in
                SignHelp(sign: StyledText(face.glyph(in: glyphs).text, face.role), text: text)
            } + [
                SignHelp(
                    sign: StyledText(arrows, .bar),
                    text: "in a head: the table is ordered by the column, the largest or the "
                        + "smallest first"),
                SignHelp(
                    sign: StyledText("RO", .warning),
                    text: "in the first line: read-only, nothing can be changed; RW: changes can "
                        + "be reviewed and sent"),
            ]
    }
}
