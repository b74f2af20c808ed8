import { AppError, type EndpointPermission, type Permission } from "@breakwater/protocol";

/** Who makes a request. Devices and products are known by their client certificate. */
export type Principal = {
  kind: "user" | "api-key" | "device" | "product" | "system";
  id: string;
  name: string;
  via: "console" | "api" | "system";
  permissions: ReadonlySet<Permission>;
  /** Set while the first password has not been changed: only own-session endpoints are open. */
  restricted?: boolean;
};

export const SYSTEM_PRINCIPAL: Principal = {
  kind: "system",
  id: "system",
  name: "system",
  via: "system",
  permissions: new Set(),
};

/** Throws unless `principal` may use an endpoint with this permission. */
export function authorize(permission: EndpointPermission, principal: Principal | undefined): void {
  if (permission === "public") return;
  if (principal === undefined) {
    throw new AppError(
      "NotAuthenticated",
      "Log in, or send a valid API key or client certificate.",
    );
  }
  if (permission === "device" || permission === "product") {
    if (principal.kind === permission) return;
    throw new AppError(
      "PermissionDenied",
      `This address is for ${permission}s with a client certificate.`,
    );
  }
  if (permission === "signed-in") {
    if (principal.kind === "user" || principal.kind === "api-key") return;
    throw new AppError("PermissionDenied", "This address is for users and API keys.");
  }
  if (principal.restricted) {
    throw new AppError("PermissionDenied", "Change the first password before anything else.");
  }
  if (!principal.permissions.has(permission)) {
    throw new AppError("PermissionDenied", `Your role lacks the permission "${permission}".`);
  }
}
