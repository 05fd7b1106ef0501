internal import CLibvirt
internal import Glibc

extension LibvirtLibrary {
    /// A domain's UUID, in libvirt's spelling.
    func uuid(_ domain: OpaquePointer) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(VIR_UUID_STRING_BUFLEN)) {
            guard let buffer = $0.baseAddress, calls.virDomainGetUUIDString(domain, buffer) == 0
            else { return nil }
            return String(cString: buffer)
        }
    }

    /// A domain's id, UUID and name; nil when libvirt does not report them.
    func domain(_ domain: OpaquePointer) -> Domain? {
        guard let name = calls.virDomainGetName(domain), let uuid = uuid(domain) else { return nil }
        return Domain(
            id: calls.virDomainGetID(domain), uuid: uuid, name: String(cString: name))
    }
}

extension virTypedParameter {
    /// The value as a number that is not negative; a boolean is 0 or 1.
    var number: UInt64? {
        switch Int(type) {
        case VIR_TYPED_PARAM_INT: UInt64(exactly: value.i)
        case VIR_TYPED_PARAM_UINT: UInt64(value.ui)
        case VIR_TYPED_PARAM_ULLONG: value.ul
        case VIR_TYPED_PARAM_BOOLEAN: value.b == 0 ? 0 : 1
        default: nil
        }
    }

    /// The value as a string; nil when it is not a string or longer than `limit` bytes.
    func text(limit: Int) -> String? {
        guard type == VIR_TYPED_PARAM_STRING, let text = value.s,
            strnlen(text, limit + 1) <= limit
        else { return nil }
        return String(cString: text)
    }
}

extension UnsafeMutablePointer<virTypedParameter> {
    /// The bytes of the parameter's name, not copied.
    var fieldBytes: UnsafeBufferPointer<UInt8> {
        // The name is the structure's first member.
        let field = UnsafeRawPointer(self).assumingMemoryBound(to: UInt8.self)
        let length = strnlen(
            UnsafeRawPointer(self).assumingMemoryBound(to: CChar.self),
            Int(VIR_TYPED_PARAM_FIELD_LENGTH))
        return UnsafeBufferPointer(start: field, count: length)
    }
}
