import Foundation

/// Certificates of a lab's own authority, for a host and its clients (see `Tests/Lab/certificates`).
public final class Certificates: Sendable {
    /// What a host's certificate is like; its address is 127.0.0.1.
    public enum Server: String, Sendable {
        case good, expired
        case wrongName = "wrong-name"
    }
    /// What a client has: a certificate or none, and the authority that it trusts.
    public enum Client: String, Sendable, CaseIterable {
        case good, expired
        case without
        /// One of another authority, which it also trusts alone.
        case stranger
        /// None, and it trusts another authority alone.
        case distrustful
    }

    /// Where `ca.pem`, `server.pem` and `key.pem` are.
    public let folder: String

    /// Makes them; the host's is the good one.
    public init() throws {
        folder = try makeLabFolder()
        let child = try Child([script("certificates"), folder])
        child.closeInput()
        let finished = try child.finish(within: .seconds(120))
        guard finished.status == 0 else {
            throw LabError.ended(program: "certificates", log: finished.errors)
        }
        try use(.good)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Gives the host another certificate, which a daemon reads when it starts.
    public func use(_ server: Server) throws {
        let file = "\(folder)/server.pem"
        try? FileManager.default.removeItem(atPath: file)
        try FileManager.default.copyItem(
            atPath: "\(folder)/server-\(server.rawValue).pem", toPath: file)
    }

    /// The folder of a client, for a URI's `pkipath`.
    public func folder(of client: Client) -> String { "\(folder)/client-\(client.rawValue)" }
}
