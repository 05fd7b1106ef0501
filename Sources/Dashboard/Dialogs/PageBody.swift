internal import CanvasKit

/// The lines of a page that scroll.
///
/// They are built when they are read; their number is known before.
struct PageBody: RandomAccessCollection, ExpressibleByArrayLiteral {
    /// Where each block begins, and where the last one ends.
    private var starts: [Int]
    private var line: (_ block: Int, _ line: Int) -> [StyledText]

    /// Creates lines that are there already.
    init(_ lines: [[StyledText]]) {
        starts = Array(0...lines.count)
        line = { block, _ in lines[block] }
    }

    /// Creates lines that are made when they are asked for.
    ///
    /// - Parameters:
    ///   - blocks: How many lines each block has.
    ///   - line: Makes a line of a block, by its place in the block.
    init(blocks: [Int], line: @escaping (_ block: Int, _ line: Int) -> [StyledText]) {
        starts = [0]
        starts.reserveCapacity(blocks.count + 1)
        for (position, count) in blocks.enumerated() { starts.append(starts[position] + count) }
        self.line = line
    }

    init(arrayLiteral lines: [StyledText]...) { self.init(lines) }

    var startIndex: Int { 0 }
    var endIndex: Int { starts[starts.count - 1] }

    subscript(position: Int) -> [StyledText] {
        // The last block that begins here or before; an empty one begins where the next does.
        var low = 0
        var high = starts.count - 1
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= position { low = middle } else { high = middle }
        }
        return line(low, position - starts[low])
    }
}
