/// Where a key of movement goes to.
enum Movement: Hashable {
    case up, down, left, right, pageUp, pageDown, home, end
    /// The first and the last guest; where no guests are listed, what Home and End go to.
    case first, last
}
