internal import SafeText

/// Which machine runs guests.
///
/// Several sources can list guests of one machine, which is then read once for all of them.
public enum HostID: Hashable, Sendable {
    /// The machine that this program runs on.
    case local
    /// The machine behind a source, which knows it by no other name.
    case source(SourceID)

    /// The name on screens, printable.
    package var name: String {
        switch self {
        case .local: "this host"
        case .source(let source): source.place
        }
    }
}
