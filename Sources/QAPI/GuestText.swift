internal import SafeText

/// Text that a guest may have written, made fit to be kept and shown.
enum GuestText {
    /// Most bytes of a reply that an error quotes.
    static let excerptSize = 160

    /// The start of a line that may be anything.
    static func excerpt(of bytes: [UInt8]) -> String {
        let start = String(decoding: bytes.prefix(excerptSize), as: UTF8.self)
        return start.printable(limit: excerptSize) + (bytes.count > excerptSize ? "…" : "")
    }
}
