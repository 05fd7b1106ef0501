/// The release that this program is of.
///
/// The release notes are `Assets/debian/changelog`. A test fails where its first entry has another
/// number or another date.
enum Release {
    /// The number, as in `1.2.3`.
    static let number = "0.1.0"
    /// The day of the release.
    static let date = "2026-11-26"
}
