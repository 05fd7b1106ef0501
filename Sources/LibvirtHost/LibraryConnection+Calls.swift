internal import CLibvirt
internal import Glibc

/// The maximum number of domains in an answer.
private let mostDomainsListed = 65_536

extension LibraryConnection {
    func activeDomains() throws(LibvirtError) -> [Domain] {
        try inTurn { () throws(LibvirtError) in
            var list: UnsafeMutablePointer<OpaquePointer?>?
            let count = library.calls.virConnectListAllDomains(
                handle, &list, UInt32(VIR_CONNECT_LIST_DOMAINS_ACTIVE))
            guard count >= 0 else { throw library.lastError() }
            defer { free(list) }
            var domains: [Domain] = []
            for index in 0..<Int(count) {
                guard let found = list?[index] else { continue }
                let handle = DomainHandle(found, of: library)
                if index < mostDomainsListed, let domain = library.domain(found) {
                    domains.append(domain)
                    keep(handle, of: domain.uuid)
                }
            }
            return domains
        }
    }

    func statistics() throws(LibvirtError) -> [DomainStatistics] {
        try inTurn { () throws(LibvirtError) in
            var records: UnsafeMutablePointer<UnsafeMutablePointer<virDomainStatsRecord>?>?
            let count = library.calls.virConnectGetAllDomainStats(
                handle, UInt32(VIR_DOMAIN_STATS_STATE | VIR_DOMAIN_STATS_VCPU), &records,
                UInt32(
                    VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE
                        | VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT))
            guard count >= 0 else { throw library.lastError() }
            defer { library.calls.virDomainStatsRecordListFree(records) }
            var all: [DomainStatistics] = []
            for index in 0..<min(Int(count), mostDomainsListed) {
                guard let record = records?[index]?.pointee, let dom = record.dom,
                    let uuid = library.uuid(dom)
                else { continue }
                var domain = DomainStatistics(uuid: uuid)
                for index in 0..<max(0, Int(record.nparams)) {
                    guard let parameter = record.params.map({ $0 + index }),
                        let value = parameter.pointee.number
                    else { continue }
                    domain.record(parameter.fieldBytes, value)
                }
                all.append(domain)
            }
            return all
        }
    }

    func description(of uuid: String) throws(LibvirtError) -> String {
        try inTurn { () throws(LibvirtError) in
            try description(domain(uuid))
        }
    }

    func guestVCPUs(of uuid: String) throws(LibvirtError) -> GuestVCPULists {
        try inTurn { () throws(LibvirtError) in
            let domain = try domain(uuid)
            defer { withExtendedLifetime(domain) {} }
            var parameters: UnsafeMutablePointer<virTypedParameter>?
            var count: UInt32 = 0
            guard library.calls.virDomainGetGuestVcpus(domain.handle, &parameters, &count, 0) == 0
            else { throw explained(library.lastError(), of: domain) }
            defer { library.calls.virTypedParamsFree(parameters, Int32(clamping: count)) }
            var lists = GuestVCPULists()
            for index in 0..<Int(count) {
                guard let parameter = parameters.map({ $0 + index }),
                    let text = parameter.pointee.text(limit: GuestVCPULists.longest)
                else { continue }
                if parameter.fieldBytes.elementsEqual("vcpus".utf8) {
                    lists.vcpus = text
                } else if parameter.fieldBytes.elementsEqual("online".utf8) {
                    lists.online = text
                } else if parameter.fieldBytes.elementsEqual("offlinable".utf8) {
                    lists.offlinable = text
                }
            }
            return lists
        }
    }

    func setGuestVCPUs(of uuid: String, _ list: String, online: Bool) throws(LibvirtError) {
        try inTurn { () throws(LibvirtError) in
            let domain = try domain(uuid)
            defer { withExtendedLifetime(domain) {} }
            guard library.calls.virDomainSetGuestVcpus(domain.handle, list, online ? 1 : 0, 0) == 0
            else { throw explained(library.lastError(), of: domain) }
        }
    }
}
