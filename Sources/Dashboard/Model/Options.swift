/// What the dashboard is started with.
public struct Options: Hashable, Sendable {
    /// What the header calls the sources together, printable; nil for the sources' own names.
    public var title: String?
    /// Whether nothing may be changed.
    public var isReadOnly: Bool
    /// Which characters the terminal can show.
    public var glyphs: GlyphSet
    /// How often the host is read.
    public var interval: Duration
    /// Whether the mouse is listened to.
    public var usesMouse: Bool

    /// Creates options.
    public init(
        title: String? = nil, isReadOnly: Bool = false, glyphs: GlyphSet = .unicode,
        interval: Duration = .seconds(1), usesMouse: Bool = false
    ) {
        self.title = title
        self.isReadOnly = isReadOnly
        self.glyphs = glyphs
        self.interval = interval
        self.usesMouse = usesMouse
    }
}
