internal import ArgumentParser
internal import Configuration

/// Whether guests may be changed.
struct AccessOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo, exclusivity: .exclusive,
        help: "Change nothing: the part that could change a guest is not made.")
    var readOnly: Bool?
}

extension GuestSources.Access {
    init(_ settings: Settings) { self = settings.readOnly.value ? .readOnly : .readWrite }

    /// What a command that changes guests may do; says so where it may not.
    static func ofChange(_ settings: Settings) -> Self {
        if settings.readOnly.value {
            Diagnostics.note("read-only (\(settings.readOnly.origin.words)): no guest is changed")
        }
        return Self(settings)
    }
}
