/// How a terminal's colours are numbered.
enum ColorDepth {
    /// The eight that every colour terminal has, perhaps in two brightnesses.
    case basic
    /// 256, with the numbers that xterm gave them.
    case indexed
    /// Numbers are red, green and blue, but for the first eight, which are the basic ones.
    case direct

    /// - Parameter count: How many colours the terminal has, at least 8.
    init(count: Int32) {
        switch count {
        case ..<256: self = .basic
        case 256: self = .indexed
        default: self = .direct
        }
    }
}

/// A colour on terminals of any depth.
struct Shade: Hashable {
    /// The number among the eight.
    let basic: Int
    /// The number among the 256: one of the eight, of the cube (16 to 231) or of the greys.
    let indexed: Int

    init(_ basic: Int, _ indexed: Int? = nil) {
        self.basic = basic
        self.indexed = indexed ?? basic
    }

    /// The number on a terminal.
    func number(at depth: ColorDepth) -> Int {
        switch depth {
        case .basic: basic
        case .indexed: indexed
        case .direct: rgb.map { $0.red << 16 | $0.green << 8 | $0.blue } ?? basic
        }
    }

    /// Its parts, 0 to 255; nil for one of the eight, which look as their terminal wants.
    ///
    /// - Source: xterm's 256colres.pl: a cube of six levels, and 24 greys.
    var rgb: (red: Int, green: Int, blue: Int)? {
        guard indexed >= 16 else { return nil }
        if indexed >= 232 {
            let level = 8 + (indexed - 232) * 10
            return (level, level, level)
        }
        let levels = [0, 95, 135, 175, 215, 255]
        let place = indexed - 16
        return (levels[place / 36 % 6], levels[place / 6 % 6], levels[place % 6])
    }
}
