package import GuestVCPU
internal import SafeText

/// Which guests a command is about, and in which order: the dashboard's filter and orders.
///
/// It remembers what it measured, so a command that goes on reading uses one query for all its
/// snapshots, as the dashboard does.
package struct FleetQuery: Sendable {
    /// What has to be read for the answer to be right.
    package let needs: FleetNeeds

    private let order: SortOrder<RosterGuest>
    private var roster = Roster()

    /// Reads a filter and an order.
    ///
    /// - Parameters:
    ///   - filter: As it is typed in the dashboard; nil lets every guest through. An empty one is a
    ///     problem: in a script it is a variable that was not set.
    ///   - sort: A word of `sortWords`, with `:reversed` for the other way round; nil keeps the
    ///     order of the sources.
    package init(filter: String?, sort: String?) throws(FleetQueryProblem) {
        var guests = GuestFilter.none
        if let filter { guests = try Self.filter(filter, hasMarks: false) }
        order = try sort.map(Self.order) ?? FleetColumns.initialOrder
        needs = guests.needs.union(order.key.needs)
        roster.apply(guests, marked: [])
    }

    /// Whether the hosts have to be read twice, an interval apart.
    package var needsLoad: Bool { needs.contains(.load) }

    /// The words that an order can be.
    package static var sortWords: [String] { FleetColumns.sortKeys.map(\.word) }

    /// What follows an order's word for the other way round.
    package static let reversed = ":reversed"

    /// Reads a filter; an empty one is a problem.
    static func filter(
        _ text: String, hasMarks: Bool
    ) throws(FleetQueryProblem) -> GuestFilter {
        do throws(FilterProblem) {
            let guests = try GuestFilter(text, hasMarks: hasMarks)
            guard !guests.isEmpty else {
                throw FilterProblem(1, "it is empty; without a filter all guests are meant")
            }
            return guests
        } catch {
            throw FleetQueryProblem(
                part: .filter, input: text, column: error.column, message: error.text)
        }
    }

    /// Reads an order.
    static func order(
        _ text: String
    ) throws(FleetQueryProblem) -> SortOrder<RosterGuest> {
        let word = text.prefix { $0 != ":" }
        let suffix = text.dropFirst(word.count)
        guard let key = FleetColumns.sortKeys.first(where: { $0.word == word.lowercased() }) else {
            let advice =
                NearestWord.question(String(word), among: sortWords)
                ?? "there are \(sortWords.joined(separator: ", "))"
            throw FleetQueryProblem(
                part: .order, input: text, column: 1, message: "no order '\(word)'; \(advice)")
        }
        guard suffix.isEmpty || suffix.lowercased() == reversed else {
            throw FleetQueryProblem(
                part: .order, input: text, column: word.count + 1,
                message: "after the word nothing but '\(reversed)' can stand")
        }
        return SortOrder(key: key, isReversed: !suffix.isEmpty)
    }

    /// The guests of a snapshot that the filter lets through, in order.
    ///
    /// What is not known compares with nothing, and comes last.
    package mutating func select(_ snapshot: FleetSnapshot) -> [GuestState] {
        _ = roster.apply(FleetUpdate(snapshot), needed: [], watched: [], sort: order)
        return roster.rows.compactMap { roster[$0]?.state }
    }
}
