import LabSupport

/// Tries something with a guest into which processors are plugged, and tries it again with another
/// one where it is late, twice at the most.
///
/// An emulated guest can hang for good while a processor that was plugged comes online; that is
/// the emulator's doing, and says nothing of the program.
///
/// - Parameter attempt: Makes the guest, and ends it whatever happens.
func withPluggedGuest(_ attempt: () throws -> Void) throws {
    for _ in 0..<2 {
        do {
            return try attempt()
        } catch LabError.late {
            continue
        }
    }
    try attempt()
}
