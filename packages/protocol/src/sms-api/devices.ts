import { z } from "zod";
import { DeviceReport } from "../agent-api.ts";
import { EnrollmentToken, MintedToken, NewEnrollmentToken } from "../enrollment-token.ts";
import type { Api } from "../http-api/endpoint.ts";
import { NoContent, Timestamp } from "../http-api/paging.ts";
import { DeviceId, ProfileId, TokenId } from "../ids.ts";

export const DeviceHealth = z.enum(["healthy", "degraded", "failing", "offline", "never-seen"]);
export type DeviceHealth = z.infer<typeof DeviceHealth>;

export const Device = z.object({
  id: DeviceId,
  name: z.string(),
  address: z.string(),
  model: z.string(),
  agentVersion: z.string(),
  engineVersion: z.string(),
  health: DeviceHealth,
  /** Why it is not healthy, in words; empty when it is. */
  healthReasons: z.array(z.string()),
  profile: z.object({
    id: ProfileId,
    name: z.string(),
    version: z.number().int().nullable(),
    /** The version the device should have. */
    desired: z.number().int().nullable(),
  }),
  set: z
    .object({
      version: z.number().int(),
      desired: z.number().int(),
      count: z.number().int(),
      inForce: z.number().int(),
      notInForce: z.number().int(),
      capacity: z.number().int(),
    })
    .nullable(),
  enrolled: Timestamp,
  lastSeen: Timestamp.nullable(),
  connected: z.boolean(),
  certificateExpires: Timestamp,
});
export type Device = z.infer<typeof Device>;

const id = z.strictObject({ id: DeviceId });

export const devicesApi = {
  "GET /api/v1/devices": {
    summary: "Device inventory",
    permission: "devices:read",
    response: z.object({ items: z.array(Device) }),
  },
  "GET /api/v1/devices/{id}": {
    summary: "One device with its last report",
    permission: "devices:read",
    params: id,
    response: z.object({ device: Device, report: DeviceReport.nullable() }),
  },
  "PATCH /api/v1/devices/{id}": {
    summary: "Rename a device or give it another profile",
    permission: "devices:write",
    params: id,
    body: z.strictObject({
      name: z.string().min(1).max(255).optional(),
      profile: ProfileId.optional(),
    }),
    response: Device,
  },
  "DELETE /api/v1/devices/{id}": {
    summary: "Remove a device: its certificate is refused at once, open connections are cut",
    permission: "devices:write",
    params: id,
    response: NoContent,
    status: 204,
  },
  "GET /api/v1/device-enrollment-tokens": {
    summary: "List device enrollment tokens",
    permission: "devices:read",
    response: z.object({ items: z.array(EnrollmentToken) }),
  },
  "POST /api/v1/device-enrollment-tokens": {
    summary: "Create a device enrollment token; the token is shown once",
    permission: "devices:write",
    body: NewEnrollmentToken,
    response: MintedToken,
    status: 201,
  },
  "DELETE /api/v1/device-enrollment-tokens/{id}": {
    summary: "Revoke an unused device enrollment token",
    permission: "devices:write",
    params: z.strictObject({ id: TokenId }),
    response: NoContent,
    status: 204,
  },
} as const satisfies Api;
