/// What a key asks for.
enum Command: Hashable, CaseIterable {
    case up, down, left, right, pageUp, pageDown, home, end
    case toggleMark, beginRange, markOnline, markOffline, setCount, markList
    case clearRow, clearAll, undo, redo
    case openReview, send, switchPolicy, confirmDoubtful, typeNumber
    case retryFailed, dropMarks, takeBack
    case open, back, accept, eraseCharacter
    case find, findNext
    case search, searchNext, filter, nextProblem, sort, reverseSort, switchLayout, switchTiles
    case pause, faster, slower
    case showLog, showSources, showHelp, quit, repaint, switchMouse
}
