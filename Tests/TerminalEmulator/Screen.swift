import CVterm

/// What a terminal shows after some output: libvterm, without a program.
package final class Screen {
    package private(set) var columns: Int
    package private(set) var rows: Int

    private let vterm: OpaquePointer
    private let screen: OpaquePointer
    private let properties = Properties()
    private var translator = DimTranslator()
    /// libvterm keeps the address.
    private let callbacks = UnsafeMutablePointer<VTermScreenCallbacks>.allocate(capacity: 1)

    /// What output sets that is not in a cell.
    private final class Properties {
        var isCursorVisible = true
        var isAlternate = false
    }

    package var isCursorVisible: Bool { properties.isCursorVisible }
    package var isAlternate: Bool { properties.isAlternate }

    /// Creates a blank screen; nil where there is no memory for it.
    package init?(columns: Int, rows: Int) {
        guard let vterm = vterm_new(Int32(rows), Int32(columns)),
            let screen = vterm_obtain_screen(vterm)
        else { return nil }
        self.columns = columns
        self.rows = rows
        self.vterm = vterm
        self.screen = screen
        vterm_set_utf8(vterm, 1)
        vterm_screen_enable_altscreen(screen, 1)
        callbacks.initialize(to: VTermScreenCallbacks())
        callbacks.pointee.settermprop = { property, value, user in
            guard let value, let user else { return 0 }
            let properties = Unmanaged<Properties>.fromOpaque(user).takeUnretainedValue()
            switch property {
            case VTERM_PROP_CURSORVISIBLE: properties.isCursorVisible = value.pointee.boolean != 0
            case VTERM_PROP_ALTSCREEN: properties.isAlternate = value.pointee.boolean != 0
            default: return 0
            }
            return 1
        }
        let user = Unmanaged.passUnretained(properties).toOpaque()
        vterm_screen_set_callbacks(screen, callbacks, user)
        vterm_screen_reset(screen, 1)
    }

    deinit {
        vterm_free(vterm)
        callbacks.deallocate()
    }

    /// Shows what a program writes.
    package func process(_ bytes: ArraySlice<UInt8>) {
        translator.translate(bytes).withUnsafeBytes {
            _ = vterm_input_write(
                vterm, $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
        }
        vterm_screen_flush_damage(screen)
    }

    package func resize(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
        vterm_set_size(vterm, Int32(rows), Int32(columns))
    }

    /// What stands in a place; 0, 0 is the upper left corner.
    package func cell(_ column: Int, _ row: Int) -> Cell {
        Cell(cvterm_get_cell(screen, Int32(row), Int32(column)))
    }
}
