internal import SafeText

extension String {
    /// The part of a source's name that distinguishes it: the host of a URI, or the path of a socket.
    package var sourcePlace: String {
        var place = self[...]
        let parts = split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        if parts.count > 2, parts[0].hasSuffix(":"), parts[1].isEmpty {
            // A URI of this host has no host in it; it says enough as a whole.
            if !parts[2].isEmpty, let host = parts[2].split(separator: "@").last { place = host }
        } else if place.hasPrefix("agent:") {
            place = place.dropFirst(6)
        }
        return place.printable(limit: 400)
    }
}
