internal import GuestVCPU

/// The diagnoses that one run of `doctor` prints, and what it could not find.
struct DoctorRound {
    /// The guests in the order of their sources, then those that are left out, then the sources that
    /// do not answer.
    private(set) var diagnoses: [Diagnosis]
    /// Why named guests could not be found.
    private(set) var misses: [String] = []
    /// Sources that do not answer, where each guest that was named is on another one.
    private(set) var ignoredFailures: [String] = []

    init(_ snapshot: FleetSnapshot, _ selection: GuestSelection, _ doctor: Doctor) async {
        diagnoses = await doctor.diagnoses(of: snapshot.guests.map(\.id))
        for source in snapshot.sources {
            diagnoses += source.leftOut.map { Diagnosis($0, source: source.id) }
        }
        let misses = selection.misses(in: snapshot)
        var failed: [(id: SourceID, reason: String)] = []
        for source in snapshot.sources {
            if case .failed(let reason) = source.status { failed.append((source.id, reason)) }
        }
        guard !failed.isEmpty else {
            for miss in misses {
                // Why it is left out is among the diagnoses.
                if case .leftOut = miss.reason { continue }
                self.misses.append(miss.reason.message)
            }
            return
        }
        let failures = failed.map { "cannot reach '\($0.id.name)': \($0.reason)" }
        if selection.isExact, misses.isEmpty {
            ignoredFailures = failures
            return
        }
        // A guest that is not found may belong to a source that does not answer.
        for miss in misses {
            self.misses.append("'\(miss.name)' was not found: " + failures.joined(separator: "; "))
        }
        let missed = misses.filter { !GuestPattern($0.name).isGlob }.map(\.name)
        for source in failed {
            for name in missed.isEmpty ? [nil] : missed.map(Optional.some) {
                diagnoses.append(
                    await Doctor.diagnosis(of: source.id, reason: source.reason, guest: name))
            }
        }
    }
}
