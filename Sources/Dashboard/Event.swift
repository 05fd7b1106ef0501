package import CanvasKit
package import GuestVCPU

/// Something that happened to the dashboard.
package enum Event: Hashable, Sendable {
    /// A key was pressed.
    case key(Key)
    /// Text was pasted, without line ends and other control characters.
    case paste(String)
    /// Something was done with the mouse, at this place of the screen.
    case mouse(MouseAction, Position)
    /// The screen has this size now.
    case resized(Size)
    /// The fleet has changed.
    case fleet(FleetUpdate)
    /// Time has passed and nothing else happened.
    case tick
    /// A change that was asked for is at this step.
    case step(GuestID, TransactionStep)
    /// A change that was asked for is over.
    case finished(GuestID, TransactionResult)
    /// The journal says this now.
    case trail(Trail)
    /// The settings that were to be saved are, or are not.
    case saved(SaveEnd)
    /// What was found out about a guest; nil where no source lists it any more.
    case diagnosed(GuestID, Diagnosis?)
    /// Ctrl-Z waits for the changes of these guests; empty once it no longer waits.
    case stopPending([GuestID])
}
