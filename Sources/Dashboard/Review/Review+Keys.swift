internal import CanvasKit

extension Review {
    static let keys = [
        KeyBinding(
            [.character("y")], "y", for: .send, name: "send", isUrgent: { _ in true },
            canBeClicked: false,
            help: "send what the review shows; nothing else ever sends", mayWrite: true,
            in: [.review],
            disabled: { model in
                guard let review = model.currentReview else { return "nothing is reviewed" }
                return review.reasonAgainstSending(model.shared)
            },
            effects: { model, press in model.send(at: press.moment) }),
        KeyBinding(
            [.tab], "Tab", for: .send, name: "policy",
            help: "if an entry fails: roll that guest back, or keep what worked",
            mayWrite: true, in: [.review],
            change: { model in model.editReview { $0.switchPolicy() } }),
        KeyBinding(
            "0123456789".map(Key.character), "0-9", for: .send,
            help: "type the number of changes, where a large change asks for it",
            mayWrite: true, in: [.review],
            disabled: { $0.currentReview?.largeness == nil ? "no number is asked for" : nil },
            effects: { model, press in
                if case .character(let digit) = press.key { model.editReview { $0.type(digit) } }
                return []
            }),
        KeyBinding(
            [.character("u")], "u", for: .send, name: "no record",
            help: "send although the journal cannot be written", mayWrite: true, in: [.review],
            disabled: { $0.shared.trail.trouble == nil ? "it is recorded" : nil },
            change: { model in model.editReview { $0.switchUnrecorded() } }),
        KeyBinding(
            [.backspace], "Bksp", for: .send, help: "delete the last digit", mayWrite: true,
            in: [.review],
            disabled: { $0.currentReview?.typed.isEmpty == false ? nil : "nothing is typed" },
            change: { model in model.editReview { $0.eraseDigit() } }),
        KeyBinding(
            [.character("a")], "a", for: .send, name: "confirm marks",
            help: "confirm the marks of guests that were away since they were marked",
            mayWrite: true, in: [.review],
            disabled: { model in
                let isAsked = model.currentReview?.entries.contains {
                    $0.fate == .hold(.condition(.doubtful))
                }
                return isAsked == true ? nil : "no guest was away"
            },
            change: { $0.confirmDoubtful() }),
    ]

    /// Why it cannot be sent; nil where it can.
    func reasonAgainstSending(_ shared: SharedState) -> String? {
        if guestCount == 0 { return "there is nothing that can be sent" }
        if shared.trail.trouble != nil, !isUnrecordedAllowed {
            return "it cannot be recorded; u sends it without a record"
        }
        guard needsConfirmation, let largeness else { return nil }
        return "type \(changeCount) first: \(largeness.words(shared))"
    }
}
