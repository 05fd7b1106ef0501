// What a guest does periodically by itself.

extension SimulatedGuest {
    /// Whether file systems are frozen now.
    package var isFrozen: Bool {
        habits.contains { habit in
            guard case .freezes(let period, let duration) = habit else { return false }
            return timeLeft(ofLast: duration, of: period) != nil
        }
    }

    /// How long the agent stays stopped; zero when it runs.
    package var stall: Duration {
        habits.map { habit in
            switch habit {
            case .stalls(let period, let duration), .reboots(let period, let duration):
                timeLeft(ofLast: duration, of: period) ?? .zero
            case .autoscaler, .freezes, .restarts: .zero
            }
        }
        .max() ?? .zero
    }

    /// Whether there is no QEMU process now.
    package var isDown: Bool {
        habits.contains { habit in
            guard case .restarts(let period, let duration) = habit else { return false }
            return timeLeft(ofLast: duration, of: period) != nil
        }
    }

    /// Whether the kernel is starting now, on one processor.
    var isBooting: Bool {
        habits.contains { habit in
            guard case .reboots(let period, let duration) = habit else { return false }
            return timeLeft(ofLast: duration, of: period) != nil
        }
    }

    private func timeLeft(ofLast duration: Duration, of period: Duration) -> Duration? {
        guard period > .zero else { return nil }
        let left = period - elapsed.remainder(by: period)
        return left <= duration ? left : nil
    }

    /// What a habit does at the end of a period.
    enum Act { case toggle(Int), reboot, restart }

    /// What the habits do, and when.
    func acts(after start: Duration, to end: Duration) -> [(Duration, Act)] {
        habits.flatMap { habit -> [(Duration, Act)] in
            let period: Duration
            let act: (Int) -> Act
            switch habit {
            case .autoscaler(let ids, let every):
                guard !ids.isEmpty else { return [] }
                period = every
                act = { number in
                    let place = (number - 1) % (2 * ids.count)
                    let isFirst = place < ids.count
                    return .toggle(
                        isFirst ? ids[ids.count - 1 - place] : ids[place - ids.count])
                }
            case .reboots(let every, _): (period, act) = (every, { _ in .reboot })
            case .restarts(let every, _): (period, act) = (every, { _ in .restart })
            case .freezes, .stalls: return []
            }
            guard period > .zero, end > start else { return [] }
            let first = Int(start / period) + 1
            let last = Int(end / period)
            guard first <= last else { return [] }
            return (first...last).map { (period * $0, act($0)) }
        }
        .sorted { $0.0 < $1.0 }
    }
}

extension Duration {
    /// The remainder after a division by the period.
    fileprivate func remainder(by period: Duration) -> Duration {
        self - period * Int(self / period)
    }
}
