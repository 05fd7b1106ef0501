/// A piece of text and how it looks.
package struct StyledText: Hashable {
    package var text: String
    package var style: Style

    package init(_ text: String, _ style: Style = Style()) {
        self.text = text
        self.style = style
    }

    package init(_ text: String, _ role: Style.Role) {
        self.init(text, Style(role))
    }
}
