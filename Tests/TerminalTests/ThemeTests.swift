import Foundation
import TerminalEmulator
import Testing

@testable import Terminal

@Suite("the colours of a theme")
struct ThemeTests {
    @Test("can be read on the background that they are for, in xterm's colours")
    func contrast() throws {
        for (theme, background) in [(ThemeName.light, 1.0), (.colorBlind, 0), (.standard, 0)] {
            for slot in ThemeName.Slot.allCases {
                guard let text = theme.palette[slot].luminance else { continue }
                func contrast(on behind: Double) -> Double {
                    (max(text, behind) + 0.05) / (min(text, behind) + 0.05)
                }
                let own: Shade? =
                    switch slot {
                    case .alarm: theme.palette.bad
                    case .bar: theme.palette.bar
                    case .cursor: theme.palette.cursor
                    default: nil
                    }
                if let own {
                    guard let behind = own.luminance else { continue }
                    #expect(contrast(on: behind) >= 4.5, "\(slot) of \(theme)")
                    continue
                }
                #expect(contrast(on: background) >= 4.5, "\(slot) of \(theme)")
                let lit = try #require(theme.palette.lit.luminance)
                #expect(contrast(on: lit) >= 3, "\(slot) of \(theme) in the row of the cursor")
            }
        }
    }

    @Test("differ from each other where the terminal has 256")
    func different() {
        for theme in ThemeName.allCases {
            // What has a background of its own is told by that.
            let slots = ThemeName.Slot.allCases.filter { ![.alarm, .bar, .cursor].contains($0) }
            let shades = slots.map { theme.palette[$0].indexed }
            #expect(Set(shades).count == shades.count, "\(theme)")
        }
    }

    @Test("are red, green and blue themselves where a colour's number is that")
    func direct() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "terminfo-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // As ncurses' own konsole-direct, which Debian has in a package of its own.
        let rest = #"%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m"#
        let entry = """
            probe-direct|a terminal of direct colours,
            \tRGB, colors#0x1000000, pairs#0x7FFF,
            \tsetaf=\\E[%?%p1%{8}%<%t3%p1%d%e38;2;\(rest),
            \tsetab=\\E[%?%p1%{8}%<%t4%p1%d%e48;2;\(rest),
            \tuse=xterm-256color,

            """
        try Data(entry.utf8).write(to: folder.appending(path: "entry"))
        let compiler = try Emulator(
            "/usr/bin/tic", ["-x", "-o", folder.path, folder.appending(path: "entry").path])
        #expect(try compiler.waitForEnd() == 0)
        for (theme, high) in [
            ("default", Cell.Color.rgb(255, 255, 255)), ("light", .indexed(0)),
            ("colour-blind", .rgb(215, 255, 255)),
        ] {
            let emulator = try Emulator.probe(environment: [
                "TERM": "probe-direct", "TERMINFO": folder.path, "PROBE_THEME": theme,
            ])
            #expect(emulator.cell(0, 2).color == high, "\(theme)")
        }
    }
}

extension Shade {
    /// As the Web Content Accessibility Guidelines define it, 0 to 1; nil for the terminal's own.
    fileprivate var luminance: Double? {
        guard let rgb else { return nil }
        func linear(_ part: Int) -> Double {
            let share = Double(part) / 255
            return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(rgb.red) + 0.7152 * linear(rgb.green) + 0.0722 * linear(rgb.blue)
    }
}
