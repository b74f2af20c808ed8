import type { HttpApp } from "@breakwater/platform";
import { type Device, type DeviceId, devicesApi } from "@breakwater/protocol";
import { actorOf } from "../actor-of.ts";
import {
  changeDevice,
  type DeviceChangeDeps,
  deviceNotFound,
  removeDeviceNow,
} from "./change-device.ts";
import {
  createDeviceToken,
  listDeviceTokens,
  revokeDeviceToken,
  type TokenDeps,
} from "./enrollment-tokens.ts";
import { presentDevice } from "./present-device.ts";
import { findDevice, listDevices } from "./store.ts";

export type DeviceRoutes = DeviceChangeDeps &
  TokenDeps & { isConnected: (device: DeviceId) => boolean };

export function registerDevices(app: HttpApp, deps: DeviceRoutes): void {
  app.route(devicesApi, "GET /api/v1/devices", async () => ({ items: await inventory(deps) }));

  app.route(devicesApi, "GET /api/v1/devices/{id}", async ({ params }) => {
    const row = await findDevice(deps.db, params.id);
    if (row === undefined) throw deviceNotFound();
    const device = presentDevice(row, deps.isConnected(row.id), deps.clock.now());
    return { device, report: row.report };
  });

  app.route(devicesApi, "PATCH /api/v1/devices/{id}", async (call) => {
    await changeDevice(deps, call.params.id, call.body, actorOf(call));
    const row = await findDevice(deps.db, call.params.id);
    if (row === undefined) throw deviceNotFound();
    return presentDevice(row, deps.isConnected(row.id), deps.clock.now());
  });

  app.route(devicesApi, "DELETE /api/v1/devices/{id}", async (call) => {
    await removeDeviceNow(deps, call.params.id, actorOf(call));
    return undefined;
  });

  app.route(devicesApi, "GET /api/v1/device-enrollment-tokens", async () => ({
    items: await listDeviceTokens(deps),
  }));

  app.route(devicesApi, "POST /api/v1/device-enrollment-tokens", async (call) =>
    createDeviceToken(deps, call.body, actorOf(call)),
  );

  app.route(devicesApi, "DELETE /api/v1/device-enrollment-tokens/{id}", async (call) => {
    await revokeDeviceToken(deps, call.params.id, actorOf(call));
    return undefined;
  });
}

/** Every device as the console shows it. */
export async function inventory(
  deps: Pick<DeviceRoutes, "db" | "clock" | "isConnected">,
): Promise<Device[]> {
  const now = deps.clock.now();
  return (await listDevices(deps.db)).map((row) =>
    presentDevice(row, deps.isConnected(row.id), now),
  );
}
