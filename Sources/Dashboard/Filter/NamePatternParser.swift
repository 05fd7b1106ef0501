/// Reads a regular expression: `.` `[a-z]` `[^a-z]` `\d` `\w` `\s` and their capitals, `^` `$`
/// `(a|b)` `*` `+` `?` `{2,3}`; a backslash before a sign is the sign.
struct NamePatternParser {
    typealias Step = NamePattern.Step
    typealias Kind = NamePattern.Kind

    private let text: FilterText
    private let scalars: [(scalar: Unicode.Scalar, column: Int)]
    private var index = 0

    /// The longest pattern, in characters, and the most steps that it may be made of.
    private static let longest = 200
    private static let mostSteps = 1_000
    /// How deeply groups may be nested, and how often something may be repeated.
    private static let deepest = 30
    private static let mostTimes = 100

    static func steps(of text: FilterText) throws(FilterProblem) -> [Step] {
        var parser = Self(text)
        guard parser.scalars.count <= longest else {
            throw FilterProblem(
                text.column(at: longest), "a pattern has at most \(longest) characters")
        }
        let steps = try parser.alternatives(depth: 0)
        guard parser.peek == nil else { throw parser.problem("')' has no '('") }
        return steps + [.found]
    }

    private init(_ text: FilterText) {
        self.text = text
        scalars = text.characters.enumerated().flatMap { place, character in
            character.unicodeScalars.map { ($0, text.column(at: place)) }
        }
    }

    private var peek: Unicode.Scalar? {
        scalars.indices.contains(index) ? scalars[index].scalar : nil
    }

    private var column: Int {
        scalars.indices.contains(index) ? scalars[index].column : text.end
    }

    private func problem(_ text: String) -> FilterProblem { FilterProblem(column, text) }

    private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        index += 1
        return true
    }

    // MARK: - Structure

    private mutating func alternatives(depth: Int) throws(FilterProblem) -> [Step] {
        guard depth < Self.deepest else { throw problem("nested too deeply") }
        var steps = try sequence(depth: depth)
        while skip("|") {
            let other = try sequence(depth: depth)
            steps =
                [.fork(1, steps.count + 2)] + steps.moved(by: 1)
                + [.jump(steps.count + 2 + other.count)] + other.moved(by: steps.count + 2)
            guard steps.count <= Self.mostSteps else { throw problem("the pattern is too large") }
        }
        return steps
    }

    private mutating func sequence(depth: Int) throws(FilterProblem) -> [Step] {
        var steps: [Step] = []
        while let scalar = peek, scalar != "|", scalar != ")" {
            let atom = try atom(depth: depth)
            let part = try repeated(atom)
            steps += part.moved(by: steps.count)
            guard steps.count <= Self.mostSteps else { throw problem("the pattern is too large") }
        }
        return steps
    }

    private mutating func atom(depth: Int) throws(FilterProblem) -> [Step] {
        let start = index
        guard let scalar = peek else { return [] }
        index += 1
        switch scalar {
        case "(":
            if skip("?"), !skip(":") { throw problem("expected ':' after '(?'") }
            let steps = try alternatives(depth: depth + 1)
            guard skip(")") else {
                throw FilterProblem(scalars[start].column, "'(' has no ')'")
            }
            return steps
        case "[": return [.character(.set(try set(from: start)))]
        case ".": return [.character(.any)]
        case "^": return [.start]
        case "$": return [.end]
        case "\\": return [.character(try escaped())]
        case "*", "+", "?", "{":
            throw FilterProblem(scalars[start].column, "nothing to repeat before '\(scalar)'")
        default: return [.character(.one(FoldedScalar(scalar).small))]
        }
    }

    // MARK: - Repetition

    private mutating func repeated(_ atom: [Step]) throws(FilterProblem) -> [Step] {
        var steps = atom
        while let (least, most) = try times() {
            // Reluctant or not: what matters is whether the pattern is found.
            _ = skip("?")
            guard let more = Self.repeated(steps, least, most) else {
                throw problem("the pattern is too large")
            }
            steps = more
        }
        return steps
    }

    /// How often what stands before is repeated; no upper bound is nil.
    private mutating func times() throws(FilterProblem) -> (least: Int, most: Int?)? {
        if skip("*") { return (0, nil) }
        if skip("+") { return (1, nil) }
        if skip("?") { return (0, 1) }
        guard skip("{") else { return nil }
        guard let least = number() else { throw problem("expected a number after '{'") }
        var most: Int? = least
        if skip(",") { most = peek == "}" ? nil : number() ?? -1 }
        guard peek == "}", most ?? least >= least, max(least, most ?? 0) <= Self.mostTimes else {
            throw problem("expected '}' after one number or two, of at most \(Self.mostTimes)")
        }
        index += 1
        return (least, most)
    }

    private mutating func number() -> Int? {
        var digits = ""
        while let scalar = peek, ("0"..."9").contains(scalar), digits.count < 4 {
            digits.unicodeScalars.append(scalar)
            index += 1
        }
        return Int(digits)
    }

    /// - Returns: Nil where it would be too much.
    private static func repeated(_ atom: [Step], _ least: Int, _ most: Int?) -> [Step]? {
        guard (atom.count + 2) * max(least, most ?? 0, 1) <= mostSteps else { return nil }
        var steps: [Step] = []
        for _ in 0..<least { steps += atom.moved(by: steps.count) }
        guard let most else {
            let start = steps.count
            steps.append(.fork(start + 1, start + atom.count + 2))
            steps += atom.moved(by: start + 1)
            return steps + [.jump(start)]
        }
        for _ in least..<most {
            let start = steps.count
            steps.append(.fork(start + 1, start + atom.count + 1))
            steps += atom.moved(by: start + 1)
        }
        return steps
    }

    // MARK: - Characters

    private mutating func escaped() throws(FilterProblem) -> Kind {
        guard let scalar = peek else { throw problem("expected a character after '\\'") }
        if let set = Self.classes[scalar] {
            index += 1
            return .set(set)
        }
        return .one(FoldedScalar(try sign()).small)
    }

    /// A sign after a backslash.
    private mutating func sign() throws(FilterProblem) -> Unicode.Scalar {
        guard let scalar = peek else { throw problem("expected a character after '\\'") }
        guard !scalar.properties.isAlphabetic, !("0"..."9").contains(scalar) else {
            throw problem("no pattern '\\\(scalar)'")
        }
        index += 1
        return scalar
    }

    /// What is between brackets.
    private mutating func set(from start: Int) throws(FilterProblem) -> Kind.Set {
        var set = Kind.Set()
        set.isNegated = skip("^")
        var isFirst = true
        while isFirst || peek != "]" {
            isFirst = false
            guard peek != nil else {
                throw FilterProblem(scalars[start].column, "'[' has no ']'")
            }
            guard let low = try member(of: &set) else { continue }
            guard peek == "-", index + 1 < scalars.count, scalars[index + 1].scalar != "]" else {
                set.ranges.append(low...low)
                continue
            }
            index += 1
            guard let high = try member(of: &set), high >= low else {
                throw problem("expected the end of a range after '-'")
            }
            set.ranges.append(low...high)
        }
        index += 1
        return set
    }

    /// A character between brackets; nil for a class, which is added.
    private mutating func member(of set: inout Kind.Set) throws(FilterProblem) -> Unicode.Scalar? {
        guard let scalar = peek else { throw problem("'[' has no ']'") }
        index += 1
        guard scalar == "\\" else { return scalar }
        guard let name = peek, let known = Self.classes[name] else { return try sign() }
        guard !known.isNegated else { throw problem("'\\\(name)' cannot be between brackets") }
        index += 1
        set.ranges += known.ranges
        return nil
    }

    private static let classes: [Unicode.Scalar: Kind.Set] = [
        "d": Kind.Set(ranges: digits), "D": Kind.Set(ranges: digits, isNegated: true),
        "w": Kind.Set(ranges: word), "W": Kind.Set(ranges: word, isNegated: true),
        "s": Kind.Set(ranges: blanks), "S": Kind.Set(ranges: blanks, isNegated: true),
    ]

    private static let digits: [ClosedRange<Unicode.Scalar>] = ["0"..."9"]
    private static let word = digits + ["a"..."z", "A"..."Z", "_"..."_"]
    private static let blanks: [ClosedRange<Unicode.Scalar>] = ["\t"..."\r", " "..." "]
}

extension [NamePattern.Step] {
    /// The steps at a place that lies further on.
    fileprivate func moved(by distance: Int) -> [NamePattern.Step] {
        map { step in
            switch step {
            case .fork(let one, let other): .fork(one + distance, other + distance)
            case .jump(let target): .jump(target + distance)
            case .character, .start, .end, .found: step
            }
        }
    }
}
