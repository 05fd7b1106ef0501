/// Text that a guest may have written, made fit to be kept and shown.
enum GuestText {
    /// Most bytes of a reply that an error quotes.
    static let excerptSize = 160

    /// The text without anything that a terminal could take for a command or that reorders what
    /// is around it, cut after `limit` scalars.
    static func bounded(_ text: String, limit: Int) -> String {
        var scalars = String.UnicodeScalarView()
        for (count, scalar) in text.unicodeScalars.enumerated() {
            guard count < limit else {
                scalars.append("…")
                break
            }
            scalars.append(printable(scalar))
        }
        return String(scalars)
    }

    /// The start of a line that may be anything.
    static func excerpt(of bytes: [UInt8]) -> String {
        let start = String(decoding: bytes.prefix(excerptSize), as: UTF8.self)
        return bounded(start, limit: excerptSize) + (bytes.count > excerptSize ? "…" : "")
    }

    private static func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "\n", "\r", "\t": return " "
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
            return "\u{FFFD}"
        default:
            return scalar
        }
    }
}
