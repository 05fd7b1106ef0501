internal import CanvasKit
internal import GuestVCPU

/// Which of the two ways to look at guests is on the screen.
enum Screen: Hashable {
    /// All guests, a row each.
    case fleet
    /// One guest, with all that is known of each vCPU.
    case detail(GuestID)
}

/// What lies over the screen and takes the keys.
enum Dialog {
    /// What would be sent.
    case review(Review)
    /// What became of what was sent; the first line shown.
    case results(scroll: Int)
    /// The keys; the first line shown.
    case help(scroll: Int)
    /// Everything sent; the lines below the last one shown.
    case log(scroll: Int)
    /// The sources and what they leave out; the first line shown.
    case sources(scroll: Int)
    /// Whether to quit although something is not finished.
    case leave
    /// A guest's name is being typed.
    case search(SearchPrompt)
    /// A text to find in the dialog below is being typed.
    case find(FindPrompt)
    /// Which guests to list is being typed.
    case filter(FilterPrompt)
    /// A number of online vCPUs is being typed.
    case count(CountPrompt)
    /// A list of vCPUs to mark is being typed.
    case markList(MarkPrompt)
}

/// A guest's name that is being typed.
struct SearchPrompt: Hashable {
    var text = ""
    /// Where the cursor was before.
    let origin: GuestID?
    /// Whether some guest's name has the text in it.
    var isFound = true
}

/// A text that is being typed, to be found in a dialog.
struct FindPrompt: Hashable {
    var text = ""
    /// The first line that was shown before.
    let origin: Int
    /// Whether some line has the text in it.
    var isFound = true
}

/// A filter that is being typed.
struct FilterPrompt: Hashable {
    var text: String
    /// What was listed before, and where the cursor was.
    let before: GuestFilter
    let origin: GuestID?
    /// Why what was typed is no filter, once that was to be taken.
    var problem: GuestFilter.Problem?
}

/// A list of vCPUs to mark that is being typed.
struct MarkPrompt: Hashable {
    var text = ""
    let guest: GuestID
    /// Why what was typed marks nothing, once that was to be taken.
    var problem: String?
}

/// A number of online vCPUs that is being typed.
struct CountPrompt: Hashable {
    var text = ""
    let guest: GuestID
}

/// Which set of keys is in force.
enum Context: Hashable, CaseIterable {
    /// The screen is too small to show what a key would do.
    case tiny
    case fleet
    case detail
    case review
    case results
    case help
    case log
    case sources
    case leave
    case search
    case find
    case filter
    case count
    case markList
}

/// Something to tell that stays until the next key.
struct Notice: Hashable {
    let text: String
    let role: Style.Role
}
