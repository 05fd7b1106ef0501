/// On which side of its field a text stands.
package enum Alignment {
    case left
    case right
}
