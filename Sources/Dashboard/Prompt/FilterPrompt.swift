internal import GuestVCPU

/// A filter that is being typed; the list follows it.
struct FilterPrompt: Prompt {
    var text: String
    /// What was listed before, and where the cursor was.
    private let before: GuestFilter
    private let origin: GuestID?
    /// The syntax error; set when Return was pressed, cleared by the next key.
    private(set) var error: FilterProblem?
    private(set) var hint: String?
    /// The place in the history of what is shown, counted from its end; 0 is what was typed.
    private var age = 0
    /// What was typed before the history was looked into.
    private var typed = ""

    init(_ shared: SharedState) {
        before = shared.roster.filter
        text = before.text
        origin = shared.cursor.guest
        hint = "Tab: words; up: earlier ones"
    }

    static let limit = 200

    func label(_ shared: SharedState) -> String { "filter: " }

    var problem: String? { error?.sentence }
    var problemColumn: Int? { error?.column }

    mutating func textChanged(_ model: inout Model, at moment: Moment) {
        age = 0
        apply(&model)
    }

    private mutating func apply(_ model: inout Model) {
        error = nil
        do {
            let filter = try GuestFilter(text)
            model.shared.applyFilter(filter, cursor: origin)
            let roster = model.shared.roster
            hint = filter.isEmpty ? nil : "\(roster.rows.count) of \(roster.count)"
        } catch {
            // While it is typed, a term is mostly just not complete yet.
            hint = error.sentence
        }
    }

    mutating func accept(_ model: inout Model) -> Bool {
        do {
            let filter = try GuestFilter(text)
            model.shared.applyFilter(filter, cursor: model.shared.cursor.guest)
            model.shared.filterHistory.append(filter.text)
            return true
        } catch {
            self.error = error
            return false
        }
    }

    func cancel(_ model: inout Model) { model.shared.applyFilter(before, cursor: origin) }

    /// Tab: completes the word that is being typed, or says what it can be.
    mutating func complete(_ model: inout Model) {
        let sources = model.shared.roster.sources.map(\.id)
        let completion = FilterCompletion(of: text, sources: sources)
        if completion.text != text, completion.text.count <= Self.limit {
            text = completion.text
            age = 0
            apply(&model)
        } else if completion.choices.isEmpty {
            error = nil
            hint = "no word begins like this"
        }
        if !completion.choices.isEmpty { hint = completion.choices.joined(separator: " ") }
    }

    /// The arrows: shows an older or a newer filter, and at last what was typed.
    mutating func recall(older: Bool, _ model: inout Model) {
        let texts = model.shared.filterHistory.texts
        let wanted = min(max(age + (older ? 1 : -1), 0), texts.count)
        guard wanted != age else {
            error = nil
            hint = older ? "no older filter" : "no newer filter"
            return
        }
        if age == 0 { typed = text }
        age = wanted
        text = age == 0 ? typed : texts[texts.count - age]
        apply(&model)
    }
}

extension FilterProblem {
    /// The problem with its place.
    fileprivate var sentence: String { "at \(column): \(text)" }
}
