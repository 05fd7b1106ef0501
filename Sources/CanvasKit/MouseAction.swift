/// An action of the mouse.
package enum MouseAction: Hashable, Sendable {
    /// A press of the first button.
    case press
    /// A turn of the wheel.
    case wheelUp, wheelDown
}
