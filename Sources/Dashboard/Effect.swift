package import GuestVCPU

/// Something that the dashboard wants done.
package enum Effect: Hashable, Sendable {
    /// Change a guest. A `finished` event is to follow, whatever comes of it.
    case commit(ChangeOrder)
    /// Read the journal, and before a change find out whether it can be written. A `trail` event is
    /// to follow.
    case readTrail(beforeChange: Bool)
    /// Record how a guest is after a change whose program died.
    case recordFound(ChangeID, GuestVCPUs)
    /// These guests matter now: they are on the screen, are marked, or are being changed.
    case setVisible([GuestID])
    /// Read these guests at once.
    case refresh([GuestID])
    /// Find out what is wrong with a guest. A `diagnosed` event is to follow, whatever comes of it.
    case diagnose(GuestID)
    /// Stop reading, or go on.
    case setPaused(Bool)
    /// Read the host this often.
    case setInterval(Duration)
    /// Start or stop ticks: a tick comes every second, whatever else happens.
    case setTicking(Bool)
    /// Listen to the mouse, or leave it to the terminal.
    case setMouse(Bool)
    /// Save these settings in the configuration file. A `saved` event is to follow.
    case save([ChosenSetting])
    /// Throw away what was typed and has not been handled yet.
    case discardTypedInput
    /// Repaint the whole screen, whatever the terminal seems to show.
    case repaint
    /// Give the terminal back and end; what is being changed is finished or undone first.
    case quit
}
