package import CanvasKit
package import GuestVCPU

/// What the dashboard is started with.
package struct Options: Hashable, Sendable {
    /// What the header calls the sources together, printable; nil for the sources' own names.
    package var title: String?
    /// Whether nothing may be changed.
    package var isReadOnly: Bool
    /// Which characters the terminal can show.
    package var glyphs: GlyphSet
    /// How often the host is read.
    package var interval: Duration
    /// Whether the mouse is listened to.
    package var usesMouse: Bool
    /// What is said while no guest is listed.
    package var search: SearchHelp
    /// A line for each guest that shows a special case, where the guests are made up.
    package var stories: [GuestID: String]
    /// The columns, the order and the filter that it begins with.
    package var view: StartView
    /// Which changes are large.
    package var confirmation: ConfirmationLimits
    /// The file in which the user's choices are saved, printable; nil where there is none.
    package var configurationFile: String?

    /// Creates options.
    package init(
        title: String? = nil, isReadOnly: Bool = false, glyphs: GlyphSet = .unicode,
        interval: Duration = .seconds(1), usesMouse: Bool = false,
        search: SearchHelp = SearchHelp(), stories: [GuestID: String] = [:],
        view: StartView = StartView(), confirmation: ConfirmationLimits = ConfirmationLimits(),
        configurationFile: String? = nil
    ) {
        self.title = title
        self.isReadOnly = isReadOnly
        self.glyphs = glyphs
        self.interval = interval
        self.usesMouse = usesMouse
        self.search = search
        self.stories = stories
        self.view = view
        self.confirmation = confirmation
        self.configurationFile = configurationFile
    }
}
