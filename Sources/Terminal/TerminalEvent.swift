package import CanvasKit

/// An event of the terminal or of its user.
package enum TerminalEvent: Hashable, Sendable {
    /// A key was pressed.
    case key(Key)
    /// Something was done with the mouse, at this place.
    case mouse(MouseAction, Position)
    /// Text was pasted; what of it stands before its first line end, without control characters.
    case paste(String)
    /// The terminal has this size now.
    case resized(Size)
    /// The terminal is gone: nothing can be read from it any more.
    case closed
    /// The program was stopped and goes on; the screen was repainted.
    case resumed
}
