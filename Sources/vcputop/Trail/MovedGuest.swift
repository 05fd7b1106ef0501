internal import GuestVCPU
internal import Journal

/// The guest of a recorded change that no source lists as the change found it, such as one whose
/// agent's socket has moved.
enum MovedGuest: Sendable {
    /// This is the guest.
    case found(Guest)
    /// A guest has its name, and is not certain to be it; why.
    case uncertain(String)
    /// No guest has its name.
    case missing

    /// Finds it among the guests of the sources that the user names.
    ///
    /// A name alone does not tell it from another machine of that name. So its kernel must have the
    /// boot id that was recorded: it is random, and only a copy of the running guest has the same.
    ///
    /// - Parameter timeout: How long the guest may take for each answer.
    static func find(
        _ change: RecordedChange, among guests: [Guest], timeout: Duration
    ) async -> MovedGuest {
        let namesakes = guests.filter { guest in
            guest.id.name == change.guest && guest.owner?.isTrusted != false
                && (change.uuid == nil || guest.id.uuid == nil || guest.id.uuid == change.uuid)
        }
        guard let guest = namesakes.first else { return .missing }
        guard namesakes.count == 1 else {
            return .uncertain("\(namesakes.count) guests that are named have its name")
        }
        guard let boot = change.boot.flatMap({ BootID(Array($0.utf8)) }) else {
            return .uncertain("the change recorded no boot id to know the named guest by")
        }
        do throws(AgentError) {
            let reading = try await guest.reader.readWithBoot(timeout: timeout)
            return reading.vcpus.boot.id == boot
                ? .found(guest)
                : .uncertain("the guest that is named has another boot id, or tells none")
        } catch {
            return .uncertain("the guest that is named is not read: \(error.summary)")
        }
    }
}
