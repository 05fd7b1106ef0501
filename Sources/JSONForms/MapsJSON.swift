package import GuestVCPU

/// A reading's three maps, each as a list in canonical form.
package struct MapsJSON: Encodable {
    let vcpus: String
    let online: String
    let offlinable: String

    package init(_ guest: GuestVCPUs) {
        self.init(vcpus: guest.vcpus, online: guest.online, offlinable: guest.offlinable)
    }

    package init(vcpus: CPUMap, online: CPUMap, offlinable: CPUMap) {
        self.vcpus = vcpus.list
        self.online = online.list
        self.offlinable = offlinable.list
    }
}
