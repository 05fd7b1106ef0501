internal import GuestVCPU

/// The order in which a domain's vCPUs were plugged, from its description.
enum PlugOrder {
    /// The most of a description that is looked through, in bytes; real ones have some 10 KiB.
    static let longest = 4_194_304

    /// Reads the order: indices of the vCPUs that are plugged, the first one first.
    ///
    /// A description of vCPUs that were never named one by one has no `<vcpus>`; they are then
    /// the lowest ones, plugged in their order. A scanner for this one element spares the
    /// program an XML parser, and its start the time to load it. What libvirt prints is canonical:
    /// one element a line, attributes in quotes, and no text of a user can hold a `<`.
    ///
    /// - Returns: Nil where the element says nothing, or not what libvirt promises.
    /// - Source: libvirt, `src/conf/domain_conf.c`, `virDomainCpuDefFormat`.
    static func read(_ description: String, plugged: CPUMap) -> [Int]? {
        guard description.utf8.count <= longest else { return nil }
        var places: [Int: Int] = [:]
        var isInside = false
        var isForeign = false
        for line in description.utf8.split(separator: UInt8(ascii: "\n")) {
            let line = line.drop { $0 == UInt8(ascii: " ") }
            if isForeign || line.starts(with: "<metadata".utf8) {
                // What a management program keeps there may have elements of any name.
                isForeign = !line.starts(with: "</metadata>".utf8)
            } else if line.starts(with: "<devices>".utf8) {
                break
            } else if !isInside {
                isInside = line.starts(with: "<vcpus>".utf8)
            } else if line.starts(with: "</vcpus>".utf8) {
                return order(places, plugged)
            } else if line.starts(with: "<vcpu ".utf8) {
                guard attribute("enabled", of: line)?.elementsEqual("yes".utf8) == true else {
                    continue
                }
                guard let id = number("id", of: line), let place = number("order", of: line),
                    places.updateValue(id, forKey: place) == nil
                else { return nil }
            }
        }
        return isInside ? nil : Array(plugged)
    }

    /// The indices by place, if they are those that are plugged.
    private static func order(_ places: [Int: Int], _ plugged: CPUMap) -> [Int]? {
        let ids = places.sorted { $0.key < $1.key }.map(\.value)
        guard ids.count == plugged.count, CPUMap(validating: ids) == plugged else { return nil }
        return ids
    }

    private static func number(_ name: String, of line: Substring.UTF8View) -> Int? {
        attribute(name, of: line).flatMap { Int(Substring($0)) }
    }

    private static func attribute(
        _ name: String, of line: Substring.UTF8View
    ) -> Substring.UTF8View? {
        var rest = line
        let start = Array(" \(name)='".utf8)
        while let blank = rest.firstIndex(of: UInt8(ascii: " ")) {
            rest = rest[blank...]
            guard rest.starts(with: start) else {
                rest = rest.dropFirst()
                continue
            }
            rest = rest.dropFirst(start.count)
            return rest.firstIndex(of: UInt8(ascii: "'")).map { rest[..<$0] }
        }
        return nil
    }
}
