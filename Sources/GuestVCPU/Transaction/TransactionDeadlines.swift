/// The deadlines of a transaction, each in time since its start.
struct TransactionDeadlines {
    /// How long the agent may take to answer a sync or a read.
    let timeout: Duration

    /// How long an agent may take for a set of this many changes.
    func set(changes count: Int) -> Duration { timeout + .seconds(count) }

    /// When the whole transaction has to be over, but for one last reading.
    func whole(_ plan: ChangePlan) -> Duration { set(changes: plan.targets.count) * 3 }

    /// When sending ends: early enough for one reading, which alone can tell the outcome.
    func sending(_ plan: ChangePlan) -> Duration { whole(plan) - timeout }

    /// Until when re-reading is tried: for as long again as the set was allowed, and always long
    /// enough to connect and read once.
    func rereading(_ plan: ChangePlan, from elapsed: Duration) -> Duration {
        let allowed = set(changes: plan.targets.count)
        return max(min(elapsed + allowed, whole(plan)), elapsed + timeout * 2)
    }
}
