internal import GuestVCPU

/// A reading's three maps, each as a list in canonical form.
struct MapsJSON: Encodable {
    let vcpus: String
    let online: String
    let offlinable: String

    init(_ guest: GuestVCPUs) {
        vcpus = guest.vcpus.list
        online = guest.online.list
        offlinable = guest.offlinable.list
    }
}
