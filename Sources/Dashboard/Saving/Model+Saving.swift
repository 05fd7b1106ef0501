internal import CanvasKit

extension Model {
    /// `W`: saves what the user chose.
    static let saving = KeyBinding(
        [.character("W")], "W", for: .other,
        help:
            "save columns, order, filter, interval and mouse, as far as they were changed here, in "
            + "the configuration file", in: Context.screens,
        disabled: { model in
            if model.shared.options.configurationFile == nil {
                return "there is no file to save in"
            }
            if model.saving != nil { return "it is being saved" }
            return model.chosenSettings.isEmpty
                ? "nothing was changed here that a configuration can hold" : nil
        },
        effects: { model, _ in
            model.saving = SavedView(model)
            return [.save(model.chosenSettings)]
        })

    /// What the user chose since the start, or since it was last saved.
    private var chosenSettings: [ChosenSetting] {
        SavedView(self).settings(since: saved)
    }

    /// Says what came of it.
    mutating func finishSaving(_ end: SaveEnd) {
        guard let view = saving else { return }
        saving = nil
        let file = shared.options.configurationFile ?? ""
        switch end {
        case .saved:
            let names = view.settings(since: saved).map(\.name)
            saved = view
            shared.notice = Notice(
                text: "saved \(names.joined(separator: ", ")) in \(file)", role: .text)
        case .failed(let reason):
            shared.warn("not saved: \(reason)")
        }
    }
}
