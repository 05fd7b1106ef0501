package import GuestVCPU

/// Wanted states, each as a list in canonical form.
package struct TargetsJSON: Encodable {
    let online: String
    let offline: String

    package init(_ targets: VCPUTargets) {
        online = targets.online.list
        offline = targets.offline.list
    }
}
