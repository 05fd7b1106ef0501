extension Int {
    /// The number with its noun: `1 guest`, `2 guests`.
    func counted(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
