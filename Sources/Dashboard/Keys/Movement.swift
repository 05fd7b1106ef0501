/// Where a key of movement goes to.
enum Movement: Hashable {
    case up, down, left, right, pageUp, pageDown, home, end
}
