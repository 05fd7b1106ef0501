internal import CanvasKit

/// One line of the key table: what a key does, where, and what is said of it.
struct KeyBinding {
    let keys: [Key]
    /// What the footer and the help call the keys.
    let label: String
    let command: Command
    /// What the footer says; nil keeps it out of there.
    let name: String?
    /// What the help says.
    let help: String
    /// Whether it serves nothing but changes.
    let needsWrite: Bool
    let contexts: Set<Context>

    init(
        _ keys: [Key], _ label: String, _ command: Command, name: String? = nil, help: String,
        needsWrite: Bool = false, in contexts: Set<Context>
    ) {
        self.keys = keys
        self.label = label
        self.command = command
        self.name = name
        self.help = help
        self.needsWrite = needsWrite
        self.contexts = contexts
    }
}

/// Every key, once.
///
/// The dispatch, the footers, the help, and the reasons why a key does nothing all come from
/// here. The footer shows the names in this order, as many as fit.
enum KeyTable {
    private static let grids: Set<Context> = [.fleet, .detail]
    private static let lists: Set<Context> = [.review, .results, .help, .log, .sources]
    private static let prompts: Set<Context> = [.search, .find, .filter, .count, .markList]

    static let bindings: [KeyBinding] = [
        KeyBinding(
            [.character("y")], "y", .send, name: "send",
            help: "send what the review shows; nothing else ever sends", needsWrite: true,
            in: [.review]),
        KeyBinding(
            [.tab], "Tab", .switchPolicy, name: "policy",
            help: "if an entry fails: roll that guest back, or keep what worked",
            needsWrite: true, in: [.review]),
        KeyBinding(
            "0123456789".map(Key.character), "0-9", .typeNumber,
            help: "type the number of changes, where a large change asks for it",
            needsWrite: true, in: [.review]),
        KeyBinding(
            [.character("a")], "a", .confirmDoubtful, name: "confirm marks",
            help: "confirm the marks of guests that were away since they were marked",
            needsWrite: true, in: [.review]),
        KeyBinding(
            [.character("r")], "r", .retryFailed, name: "retry",
            help: "review again what did not succeed", needsWrite: true, in: [.results]),
        KeyBinding(
            [.character("m")], "m", .dropMarks, name: "drop marks",
            help: "drop the marks of the guests that did not succeed", needsWrite: true,
            in: [.results]),
        KeyBinding(
            [.character("b")], "b", .takeBack, name: "take back",
            help: "mark what takes the last sending back, and review it", needsWrite: true,
            in: [.results, .log]),
        KeyBinding(
            [.character(" ")], "Spc", .toggleMark, name: "mark",
            help: "mark the vCPU to change its state, or take the mark back", needsWrite: true,
            in: grids),
        KeyBinding(
            [.character("c")], "c", .openReview, name: "review",
            help: "review what is marked; y sends it from there", needsWrite: true, in: grids),
        KeyBinding(
            [.character("+")], "+", .markOnline, name: "on",
            help: "mark to come online", needsWrite: true, in: grids),
        KeyBinding(
            [.character("-")], "-", .markOffline, name: "off",
            help: "mark to go offline", needsWrite: true, in: grids),
        KeyBinding(
            [.character("v")], "v", .beginRange, name: "range",
            help: "begin a range, and end it; Space, + and - mark all of it", needsWrite: true,
            in: grids),
        KeyBinding(
            [.character("=")], "=", .setCount, name: "count",
            help: "mark for a number of online vCPUs: the highest go first, the lowest come first; "
                + "'all' before it marks every guest that is listed",
            needsWrite: true, in: grids),
        KeyBinding(
            [.character(":")], ":", .markList, name: "list",
            help: "mark by list: 3-7,^5 to change their state, +3-7 to come online, -3-7 to go "
                + "offline; 'all' before it marks in every guest that is listed",
            needsWrite: true, in: grids),
        KeyBinding(
            [.character("z")], "z", .undo, name: "undo", help: "take back the last marking",
            needsWrite: true, in: grids),
        KeyBinding(
            [.character("Z")], "Z", .redo, help: "mark again what z took back",
            needsWrite: true, in: grids),
        KeyBinding(
            [.character("u")], "u", .clearRow, name: "clear",
            help: "clear the marks of the guest", needsWrite: true, in: grids),
        KeyBinding(
            [.character("U")], "U", .clearAll, help: "clear the marks of all guests",
            needsWrite: true, in: grids),
        KeyBinding(
            [.enter], "Ret", .open, name: "detail", help: "show the guest in detail",
            in: [.fleet]),
        KeyBinding(
            [.tab], "Tab", .switchLayout, name: "table/matrix",
            help: "show the guest as a table or as a matrix", in: [.detail]),
        KeyBinding(
            [.character("/")], "/", .search, name: "search",
            help: "go to the next guest whose name has a text in it", in: [.fleet]),
        KeyBinding(
            [.character("n")], "n", .searchNext, help: "go on to the next such guest",
            in: [.fleet]),
        KeyBinding(
            [.character("/")], "/", .find, name: "find",
            help: "find a text in what is shown", in: lists),
        KeyBinding(
            [.character("n")], "n", .findNext, name: "next", help: "find it again further down",
            in: lists),
        KeyBinding(
            [.character("f")], "f", .filter, name: "filter",
            help: "list only guests of which all this is true: a part of the name, state=paused, "
                + "source=TEXT, agent!=ok, offline>0, online<2, vcpus>=8, cpu>1.5",
            in: [.fleet]),
        KeyBinding(
            [.character("t")], "t", .switchTiles, name: "tiles",
            help: "show several guests beside each other, or one a line; where vCPUs share a "
                + "cell it shows the one that matters most", in: [.fleet]),
        KeyBinding(
            [.character("!")], "!", .nextProblem, name: "problem",
            help: "go to the next guest with which something is wrong: its agent, its source, a "
                + "change that failed, a vCPU that the guest calls offline and that runs, or one "
                + "that is plugged and that the guest does not use", in: [.fleet]),
        KeyBinding(
            [.character("s")], "s", .sort, name: "sort",
            help: "order guests by the next of: "
                + FleetColumns.sortKeys.map(\.name).joined(separator: ", ")
                + "; in detail, vCPUs by the next column",
            in: grids),
        KeyBinding(
            [.character("S")], "S", .reverseSort, help: "order the other way round",
            in: grids),
        KeyBinding(
            [.character("p")], "p", .pause, name: "pause", help: "stop reading, or go on",
            in: grids),
        KeyBinding(
            [.character("[")], "[", .faster, help: "read the host more often", in: grids),
        KeyBinding(
            [.character("]")], "]", .slower, help: "read the host less often", in: grids),
        KeyBinding(
            [.character("M")], "M", .switchMouse,
            help: "use the mouse, or leave it to the terminal: a click goes to a vCPU, another "
                + "marks it, the wheel moves", in: grids),
        KeyBinding(
            [.character("L")], "L", .showLog, name: "log",
            help: "everything that was sent, and what came of it",
            in: grids.union([.review, .results])),
        KeyBinding(
            [.character("i")], "i", .showSources,
            help: "the sources of the guests, and the guests that they leave out: why, and what to "
                + "type", in: grids),
        KeyBinding(
            [.enter], "Ret", .accept, name: "accept", help: "take what was typed", in: prompts),
        KeyBinding(
            [.character("y")], "y", .accept, name: "quit",
            help: "quit although something is marked or under way", in: [.leave]),
        KeyBinding(
            [.backspace], "Bksp", .eraseCharacter, help: "take back a character",
            in: prompts.union([.review])),
        KeyBinding(
            [.escape], "Esc", .back, name: "back",
            help: "end a range, list all guests again, or go back; never quits",
            in: Set(Context.allCases).subtracting([.tiny])),
        KeyBinding(
            [.character("?")], "?", .showHelp, name: "help", help: "show the keys",
            in: grids.union([.review, .results, .log, .sources])),
        KeyBinding(
            [.character("q")], "q", .quit, name: "quit",
            help: "quit; asks while something is marked or under way",
            in: grids.union([.tiny])),
        KeyBinding(
            [.up, .character("k")], "up k", .up, help: "up", in: grids.union(lists)),
        KeyBinding(
            [.down, .character("j")], "down j", .down, help: "down", in: grids.union(lists)),
        KeyBinding([.left, .character("h")], "left h", .left, help: "left", in: grids),
        KeyBinding([.right, .character("l")], "right l", .right, help: "right", in: grids),
        KeyBinding(
            [.pageUp], "PgUp", .pageUp, help: "a screenful up", in: grids.union(lists)),
        KeyBinding(
            [.pageDown], "PgDn", .pageDown, help: "a screenful down", in: grids.union(lists)),
        KeyBinding(
            [.home], "Home", .home, help: "the first vCPU, then the first guest; the first line",
            in: grids.union(lists)),
        KeyBinding(
            [.end], "End", .end, help: "the last vCPU, then the last guest; the last line",
            in: grids.union(lists)),
        KeyBinding(
            [.control("l")], "^L", .repaint, help: "redraw the screen",
            in: Set(Context.allCases)),
    ]

    private static let index: [Context: [Key: Int]] = {
        var index: [Context: [Key: Int]] = [:]
        for (position, binding) in bindings.enumerated() {
            for context in binding.contexts {
                for key in binding.keys where index[context]?[key] == nil {
                    index[context, default: [:]][key] = position
                }
            }
        }
        return index
    }()

    /// What a key does where this set of keys is in force.
    static func binding(for key: Key, in context: Context) -> KeyBinding? {
        index[context]?[key].map { bindings[$0] }
    }
}
