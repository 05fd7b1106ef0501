/// A key that was pressed.
package enum Key: Hashable, Sendable {
    /// A key that types a character.
    case character(Character)
    /// An arrow.
    case up, down, left, right
    /// A key of the block above the arrows.
    case pageUp, pageDown, home, end
    /// Return.
    case enter
    /// Escape alone.
    case escape
    /// The tabulator.
    case tab
    /// What takes back the character that was typed last.
    case backspace
    /// A letter with Control, as a small letter.
    case control(Character)
    /// A function key, by its number: 1 to 12.
    case function(Int)
}
