import { ruleUuid, type SharedDetection, type StoredEvent } from "@breakwater/protocol";

/** An event with the keys and types that the hub wants (SPEC F1). `product`: this SMS's name. */
export function sharedDetection(event: StoredEvent, product: string): SharedDetection {
  return {
    rt: String(event.time),
    dvchost: event.device.name,
    ruleName: event.name,
    policyId: event.policyId,
    severity: event.severity,
    ruleUuid: ruleUuid(event.filterNumber),
    app: applicationOf(event),
    src: event.src,
    spt: String(event.spt),
    dst: event.dst,
    dpt: String(event.dpt),
    aggregatedCount: String(event.count),
    act: event.actionSet,
    ...(event.clientIp === undefined ? {} : { endpointIp: event.clientIp }),
    mpname: product,
    cves: event.cves,
    techniqueId: event.techniques,
    ...(event.interestedIp === undefined ? {} : { interestedIp: event.interestedIp }),
    ...(event.request === undefined ? {} : { request: event.request }),
  };
}

/** The application protocol, or the transport where the engine knows no application. */
function applicationOf({ app, protocol }: StoredEvent): string {
  return app === "" || app === "failed" ? protocol.toLowerCase() : app;
}
