internal import CanvasKit

/// One entry of the key table: what a key does, where, what is said of it, and why it does
/// nothing now.
struct KeyBinding: Sendable {
    let keys: [Key]
    /// What the footer and the help call the keys.
    let label: String
    /// What the key helps to do.
    let task: KeyTask
    /// What the footer says; nil keeps it out of there.
    let name: String?
    /// Whether the footer keeps it at its end, where other keys never push it out.
    let isWayOut: Bool
    /// Whether the footer names it first now.
    let isUrgent: @Sendable (Model) -> Bool
    /// Whether a click on its name in the footer does what the key does.
    let canBeClicked: Bool
    /// What the help says.
    let help: String
    /// Whether it serves only to change guests, so that it does nothing in read-only mode.
    let mayWrite: Bool
    let contexts: Set<Context>
    private let reason: @Sendable (Model) -> String?
    /// Does what the key asks for.
    ///
    /// - Returns: What has to be done now, in this order.
    let perform: @Sendable (inout Model, KeyPress) -> [Effect]

    /// Creates an entry.
    ///
    /// - Parameter reason: Why the key does nothing now; nil where it does something.
    init(
        _ keys: [Key], _ label: String, for task: KeyTask, name: String? = nil,
        isWayOut: Bool = false, isUrgent: @escaping @Sendable (Model) -> Bool = { _ in false },
        canBeClicked: Bool = true, help: String, mayWrite: Bool = false, in contexts: Set<Context>,
        disabled reason: @escaping @Sendable (Model) -> String? = { _ in nil },
        effects perform: @escaping @Sendable (inout Model, KeyPress) -> [Effect]
    ) {
        self.keys = keys
        self.label = label
        self.task = task
        self.name = name
        self.isWayOut = isWayOut
        self.isUrgent = isUrgent
        self.canBeClicked = canBeClicked
        self.help = help
        self.mayWrite = mayWrite
        self.contexts = contexts
        self.reason = reason
        self.perform = perform
    }

    /// Creates an entry without effects.
    init(
        _ keys: [Key], _ label: String, for task: KeyTask, name: String? = nil,
        isWayOut: Bool = false, isUrgent: @escaping @Sendable (Model) -> Bool = { _ in false },
        canBeClicked: Bool = true, help: String, mayWrite: Bool = false, in contexts: Set<Context>,
        disabled reason: @escaping @Sendable (Model) -> String? = { _ in nil },
        change: @escaping @Sendable (inout Model) -> Void
    ) {
        self.init(
            keys, label, for: task, name: name, isWayOut: isWayOut, isUrgent: isUrgent,
            canBeClicked: canBeClicked, help: help, mayWrite: mayWrite,
            in: contexts, disabled: reason,
            effects: { model, _ in
                change(&model)
                return []
            })
    }

    /// Why the key does nothing now; nil where it does something.
    func reasonDisabled(in model: Model) -> String? {
        if mayWrite, model.shared.options.isReadOnly { return "read-only" }
        return reason(model)
    }
}

/// A key, and when it was pressed.
struct KeyPress: Hashable {
    let key: Key
    let moment: Moment
}
