import Foundation
import LabSupport

/// The entries of a `guest-set-vcpus` line, in order, as `3 off`.
func sentEntries(_ line: String) throws -> [String] {
    let text = line.drop { $0 != "{" }
    let request = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    let arguments = request?["arguments"] as? [String: Any]
    guard let vcpus = arguments?["vcpus"] as? [[String: Any]] else {
        throw LabError.unexpected("no list of vCPUs in \(line)")
    }
    return try vcpus.map {
        guard let id = $0["logical-id"] as? Int, let online = $0["online"] as? Bool else {
            throw LabError.unexpected("no entry: \($0)")
        }
        return "\(id) \(online ? "on" : "off")"
    }
}
