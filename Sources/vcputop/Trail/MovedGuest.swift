internal import GuestVCPU
internal import Journal

/// The guest of a recorded change that no source lists as the change found it, such as one whose
/// agent's socket has moved.
enum MovedGuest {
    /// Finds it among the guests of the sources that the user names.
    ///
    /// A name alone does not tell it from another machine of that name. So its kernel must have the
    /// boot id that was recorded: it is random, and only a copy of the running guest has the same.
    ///
    /// - Parameter timeout: How long the guest may take for each answer.
    /// - Returns: Nil where it is not certain that a guest is that one.
    static func find(
        _ change: RecordedChange, among guests: [Guest], timeout: Duration
    ) async -> Guest? {
        let namesakes = guests.filter { guest in
            guest.id.name == change.guest && guest.owner?.isTrusted != false
                && (change.uuid == nil || guest.id.uuid == nil || guest.id.uuid == change.uuid)
        }
        guard let boot = change.boot.flatMap({ BootID(Array($0.utf8)) }),
            let guest = namesakes.first, namesakes.count == 1,
            let reading = try? await guest.reader.readWithBoot(timeout: timeout),
            reading.vcpus.boot.id == boot
        else { return nil }
        return guest
    }
}
