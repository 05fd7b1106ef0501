@testable import LibvirtHost

extension LibvirtError {
    /// Creates an error by one of libvirt's names for its number, as `VIR_ERR_INTERNAL_ERROR`.
    init(number: Int, systemError: Int32 = 0, message: String) {
        self.init(code: Int32(number), systemError: systemError, message: message)
    }
}
