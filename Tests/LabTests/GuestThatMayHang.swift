import LabSupport

/// Tries something with a guest, and again with another one where it is late, twice at the most.
///
/// An emulated guest can hang for good while a processor that was plugged comes online, or some
/// time after a reset; that is the emulator's doing, and says nothing of the program.
///
/// - Parameters:
///   - startAnew: Puts another guest in the place of one that hangs; where nothing is given, the
///     attempt makes a guest of its own, and ends it whatever happens.
///   - attempt: What is tried.
func withGuestThatMayHang(
    startingAnew startAnew: () throws -> Void = {}, _ attempt: () throws -> Void
) throws {
    for _ in 0..<2 {
        do {
            return try attempt()
        } catch LabError.late {
            try startAnew()
        }
    }
    try attempt()
}
