/// Where an entry of a document stands in its text.
///
/// Lines are counted from 1, columns from 0.
struct YAMLSpan: Hashable {
    let key: String
    /// The line of the key.
    let line: Int
    /// The column of the key.
    let indentation: Int
    /// The column behind the key's colon.
    let colon: Int
    let end: End

    /// Where the value ends.
    enum End: Hashable {
        /// Before this place: the value begins in the key's line.
        case at(line: Int, column: Int)
        /// Before this line, which has the next entry, or the end of the file: the value, if there
        /// is one, begins below the key.
        case before(Int?)
    }
}
