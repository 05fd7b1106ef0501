/// What the user can set while the dashboard runs.
struct Preferences: Equatable, Sendable {
    /// How often the host is read.
    var interval: Duration
    /// Whether the mouse is listened to.
    var usesMouse: Bool
    /// Whether a large screen shows the guest under the cursor below the list.
    var showsPane = true
    /// Whether nothing is read but what is asked for.
    var isPaused = false
    /// The columns of the list of guests.
    var columns = ColumnChoice()
    /// The order of the table of one guest's vCPUs.
    var vcpuOrder = VCPUColumns.initialOrder

    /// How often the host can be read.
    static let intervals: [Duration] = [
        .milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2), .seconds(5),
        .seconds(10), .seconds(30), .seconds(60),
    ]

    /// The next shorter interval; nil where there is none.
    var shorterInterval: Duration? { Self.intervals.last { $0 < interval } }

    /// The next longer interval; nil where there is none.
    var longerInterval: Duration? { Self.intervals.first { $0 > interval } }
}
