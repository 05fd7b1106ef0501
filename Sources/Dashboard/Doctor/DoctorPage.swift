internal import CanvasKit
internal import GuestVCPU

/// What is right and what is wrong on the way to one guest's vCPUs, as `vcputop doctor` prints it.
struct DoctorPage: Page {
    /// The guest, which may go away while the page is open.
    let guest: GuestID
    var position = PagePosition()
    private(set) var state = State.asking(after: nil)

    /// How far the question is.
    enum State: Hashable {
        /// The guest is being asked; what was found before.
        case asking(after: Diagnosis?)
        /// What was found; nil where no source lists the guest any more.
        case found(Diagnosis?)
    }

    var context: Context { .doctor }

    init(of guest: GuestID) { self.guest = guest }

    /// Whether an answer is still to come.
    var isAsking: Bool {
        if case .asking = state { return true }
        return false
    }

    /// Waits for another answer.
    mutating func ask() {
        if case .found(let diagnosis) = state { state = .asking(after: diagnosis) }
    }

    /// Shows the answer.
    mutating func show(_ diagnosis: Diagnosis?) { state = .found(diagnosis) }

    func content(_ frame: Frame, width: Int) -> PageContent {
        let name = frame.shared.shortName(of: guest)
        var body: [[StyledText]] = []
        let shown: Diagnosis?
        switch state {
        case .asking(let earlier):
            body.append([
                StyledText(earlier == nil ? "asking \(name) ..." : "asking again ...", .warning)
            ])
            shown = earlier
        case .found(let diagnosis):
            if diagnosis == nil {
                body.append([StyledText("no source lists \(name) any more", .bad)])
            }
            shown = diagnosis
        }
        if let shown { body += DiagnosisText(width: width, in: frame.glyphs).lines(shown) }
        return PageContent(title: "DOCTOR", body: PageBody(body))
    }
}

extension DoctorPage {
    /// The key that opens the page.
    static let opening = KeyBinding(
        [.character("D")], "D", for: .see,
        help: "find out what keeps the guest from being read, and what to type against it: asks "
            + "its agent once more, and changes nothing",
        in: Context.grids,
        disabled: { $0.shared.cursor.guest == nil ? "there is no guest" : nil },
        effects: { model, _ in
            guard let guest = model.shared.cursor.guest else { return [] }
            model.dialogs.append(DoctorPage(of: guest))
            return [.diagnose(guest)]
        })

    /// The keys that only work there.
    static let keys = [
        KeyBinding(
            [.character("D"), .character("r")], "D r", for: .see, name: "again",
            help: "ask once more", in: [.doctor],
            disabled: { model in
                (model.page as? DoctorPage)?.isAsking == true ? "it is being asked" : nil
            },
            effects: { model, _ in
                guard var page = model.page as? DoctorPage else { return [] }
                page.ask()
                model.page = page
                return [.diagnose(page.guest)]
            })
    ]
}

extension Model {
    /// Shows a diagnosis on the page that asked for it; the page may have been closed meanwhile.
    mutating func show(_ diagnosis: Diagnosis?, of guest: GuestID) {
        for position in dialogs.indices {
            guard var page = dialogs[position] as? DoctorPage, page.guest == guest else { continue }
            page.show(diagnosis)
            dialogs[position] = page
        }
    }
}
