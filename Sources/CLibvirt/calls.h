#ifndef CLIBVIRT_CALLS_H
#define CLIBVIRT_CALLS_H

// The functions of libvirt's stable ABI that are used here: CALL(result, name, parameters).
// A test declares each beside upstream's headers, where another type would be an error.
#define CLIBVIRT_CALLS(CALL) \
    CALL(void, virSetErrorFunc, (void *userData, virErrorFunc handler)) \
    CALL(virErrorPtr, virGetLastError, (void)) \
    CALL(int, virInitialize, (void)) \
    CALL(int, virEventRegisterDefaultImpl, (void)) \
    CALL(int, virEventRunDefaultImpl, (void)) \
    CALL(virConnectPtr, virConnectOpenAuth, \
        (const char *name, virConnectAuthPtr auth, unsigned int flags)) \
    CALL(int, virConnectClose, (virConnectPtr conn)) \
    CALL(int, virConnectIsAlive, (virConnectPtr conn)) \
    CALL(int, virConnectSetKeepAlive, (virConnectPtr conn, int interval, unsigned int count)) \
    CALL(int, virConnectRegisterCloseCallback, \
        (virConnectPtr conn, virConnectCloseFunc cb, void *opaque, virFreeCallback freecb)) \
    CALL(int, virConnectUnregisterCloseCallback, (virConnectPtr conn, virConnectCloseFunc cb)) \
    CALL(int, virConnectDomainEventRegisterAny, \
        (virConnectPtr conn, virDomainPtr dom, int eventID, \
         virConnectDomainEventGenericCallback cb, void *opaque, virFreeCallback freecb)) \
    CALL(int, virConnectDomainEventDeregisterAny, (virConnectPtr conn, int callbackID)) \
    CALL(char *, virConnectGetCapabilities, (virConnectPtr conn)) \
    CALL(int, virNodeGetCPUMap, \
        (virConnectPtr conn, unsigned char **cpumap, unsigned int *online, unsigned int flags)) \
    CALL(int, virNodeGetCPUStats, \
        (virConnectPtr conn, int cpuNum, virNodeCPUStatsPtr params, int *nparams, \
         unsigned int flags)) \
    CALL(int, virConnectListAllDomains, \
        (virConnectPtr conn, virDomainPtr **domains, unsigned int flags)) \
    CALL(int, virConnectGetAllDomainStats, \
        (virConnectPtr conn, unsigned int stats, virDomainStatsRecordPtr **retStats, \
         unsigned int flags)) \
    CALL(void, virDomainStatsRecordListFree, (virDomainStatsRecordPtr *stats)) \
    CALL(virDomainPtr, virDomainLookupByUUIDString, (virConnectPtr conn, const char *uuid)) \
    CALL(const char *, virDomainGetName, (virDomainPtr domain)) \
    CALL(unsigned int, virDomainGetID, (virDomainPtr domain)) \
    CALL(int, virDomainGetUUIDString, (virDomainPtr domain, char *buf)) \
    CALL(int, virDomainGetState, \
        (virDomainPtr domain, int *state, int *reason, unsigned int flags)) \
    CALL(char *, virDomainGetXMLDesc, (virDomainPtr domain, unsigned int flags)) \
    CALL(int, virDomainGetGuestVcpus, \
        (virDomainPtr domain, virTypedParameterPtr *params, unsigned int *nparams, \
         unsigned int flags)) \
    CALL(int, virDomainSetGuestVcpus, \
        (virDomainPtr domain, const char *cpumap, int state, unsigned int flags)) \
    CALL(int, virDomainFree, (virDomainPtr domain)) \
    CALL(void, virTypedParamsFree, (virTypedParameterPtr params, int nparams))

#endif
