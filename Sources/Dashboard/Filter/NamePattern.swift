/// A regular expression that is looked for in a name, in any case.
///
/// It is run as a machine that is in several states at once, so that a name takes time that grows
/// with the name and with the pattern and no faster. Swift's `Regex` tries one way after the other:
/// it took 6 s to see that `(a+)+b` is not in 16 characters, and a filter runs while it is typed.
struct NamePattern: Hashable, Sendable {
    /// A step of the machine.
    enum Step: Hashable, Sendable {
        /// A character of this kind.
        case character(Kind)
        /// Goes on in two places.
        case fork(Int, Int)
        case jump(Int)
        case start, end
        case found
    }

    /// Which characters match.
    enum Kind: Hashable, Sendable {
        case any
        /// This one, a small letter.
        case one(Unicode.Scalar)
        case set(Set)

        /// Some ranges, or all but them.
        struct Set: Hashable, Sendable {
            var ranges: [ClosedRange<Unicode.Scalar>] = []
            var isNegated = false

            fileprivate func contains(_ scalar: Unicode.Scalar) -> Bool {
                ranges.contains { $0.contains(scalar) }
            }
        }
    }

    private let steps: [Step]

    /// How many characters of a name are looked at.
    private static let longestName = 1_000

    /// Reads the pattern.
    init(_ text: FilterText) throws(FilterProblem) {
        steps = try NamePatternParser.steps(of: text)
    }

    /// Whether some part of a name matches.
    func matches(_ name: String) -> Bool {
        let scalars = name.unicodeScalars.prefix(Self.longestName).map(FoldedScalar.init)
        var states = StateSet(count: steps.count)
        var next = StateSet(count: steps.count)
        for place in 0...scalars.count {
            if add(0, to: &states, at: place, of: scalars.count) { return true }
            guard place < scalars.count else { break }
            next.removeAll()
            for state in states.members {
                guard case .character(let kind) = steps[state], kind.matches(scalars[place]) else {
                    continue
                }
                if add(state + 1, to: &next, at: place + 1, of: scalars.count) { return true }
            }
            swap(&states, &next)
        }
        return false
    }

    /// Adds a state and all that follow from it without a character.
    ///
    /// - Returns: Whether the pattern is found.
    private func add(_ state: Int, to states: inout StateSet, at place: Int, of count: Int) -> Bool
    {
        var pending = [state]
        while let state = pending.popLast() {
            guard states.insert(state) else { continue }
            switch steps[state] {
            case .found: return true
            case .jump(let target): pending.append(target)
            case .fork(let one, let other): pending += [one, other]
            case .start: if place == 0 { pending.append(state + 1) }
            case .end: if place == count { pending.append(state + 1) }
            case .character: break
            }
        }
        return false
    }
}

/// States of the machine, each once.
private struct StateSet {
    private(set) var members: [Int] = []
    private var isMember: [Bool]

    init(count: Int) {
        isMember = [Bool](repeating: false, count: count)
    }

    /// - Returns: Whether it is new.
    mutating func insert(_ state: Int) -> Bool {
        guard !isMember[state] else { return false }
        isMember[state] = true
        members.append(state)
        return true
    }

    mutating func removeAll() {
        for state in members { isMember[state] = false }
        members.removeAll(keepingCapacity: true)
    }
}

/// A character of a name with its small and its capital letter.
struct FoldedScalar {
    let scalar: Unicode.Scalar
    let small: Unicode.Scalar
    let capital: Unicode.Scalar

    init(_ scalar: Unicode.Scalar) {
        self.scalar = scalar
        small = Self.single(scalar.properties.lowercaseMapping) ?? scalar
        capital = Self.single(scalar.properties.uppercaseMapping) ?? scalar
    }

    private static func single(_ text: String) -> Unicode.Scalar? {
        text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
    }
}

extension NamePattern.Kind {
    fileprivate func matches(_ scalar: FoldedScalar) -> Bool {
        switch self {
        case .any: true
        case .one(let wanted): scalar.small == wanted
        case .set(let set):
            (set.contains(scalar.scalar) || set.contains(scalar.small)
                || set.contains(scalar.capital)) != set.isNegated
        }
    }
}
