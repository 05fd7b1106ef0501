/// A guest's name or a CPU's number that is being typed; the cursor goes to the first such CPU.
struct HostSearchPrompt: Prompt {
    var text = ""
    /// The screen as it was before.
    let origin: HostScreen
    private var isFound = true

    init(origin: HostScreen) {
        self.origin = origin
    }

    static let limit = 60

    func label(_ shared: SharedState) -> String { "search: " }

    var problem: String? { isFound ? nil : "no guest's name on a host CPU has this in it" }

    mutating func textChanged(_ model: inout Model, at moment: Moment) {
        var host = origin
        isFound = text.isEmpty || host.search(text, from: origin.cursor, model.shared)
        model.host = isFound ? host : origin
    }

    mutating func accept(_ model: inout Model) -> Bool {
        model.host?.searched = text
        return true
    }

    func cancel(_ model: inout Model) { model.host = origin }
}
