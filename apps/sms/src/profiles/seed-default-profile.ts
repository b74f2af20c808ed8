import { randomUUID } from "node:crypto";
import type { Clock } from "@breakwater/platform";
import { transaction } from "@breakwater/postgres";
import { ProfileId } from "@breakwater/protocol";
import type { Db } from "../database.ts";
import { defaultFilters } from "./default-profile.ts";
import { defaultProfileId, insertDefaultProfile, insertVersion } from "./store.ts";

/** Makes the Default profile on the first start. It is not distributed until a device is there. */
export async function seedDefaultProfile(
  db: Db,
  clock: Clock,
  localSource: string,
): Promise<ProfileId> {
  return transaction(db, async (tx) => {
    const content = {
      filters: defaultFilters(localSource),
      customRules: "",
      httpContext: { enabled: true, clientIpHeader: "X-Forwarded-For" },
    };
    const draft = ProfileId.parse(randomUUID());
    await insertDefaultProfile(tx, { id: draft, name: "Default", ...content });
    const id = await defaultProfileId(tx);
    if (id === draft) {
      await insertVersion(tx, id, 1, content, { at: clock.now(), by: "system" });
    }
    return id;
  });
}
