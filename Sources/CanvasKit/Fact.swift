/// A fact for a line that has little room.
package struct Fact: Hashable {
    /// The words, from the longest form to the shortest.
    package let forms: [String]
    package let role: Style.Role
    /// Whether it is of use too when its end is missing: a sentence, but not a number.
    package let isSentence: Bool

    package init(_ forms: String..., role: Style.Role = .text) {
        self.forms = forms
        self.role = role
        isSentence = false
    }

    package init(sentence: String, role: Style.Role = .text) {
        forms = [sentence]
        self.role = role
        isSentence = true
    }
}
