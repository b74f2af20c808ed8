import type { SmsContext } from "./context.ts";
import { inventory } from "./devices/index.ts";
import { hourlyCounts } from "./events/index.ts";
import { presentFeeds } from "./feeds/index.ts";
import type { OverviewFacts } from "./overview/index.ts";
import { listProfiles } from "./profiles/index.ts";
import { entryTotals } from "./reputation/index.ts";
import { connectionFacts } from "./vision-one/index.ts";

const DAY = 86_400_000;

/** What the overview is made of, from every feature. */
export async function overviewFacts(context: SmsContext): Promise<OverviewFacts> {
  const { db, clock, push, hub } = context;
  const now = clock.now();
  const isConnected = (device: Parameters<typeof push.isConnected>[0]) => push.isConnected(device);
  const [devices, profiles, objects, hours, feeds, connection] = await Promise.all([
    inventory({ db, clock, isConnected }),
    listProfiles(db),
    entryTotals(db),
    hourlyCounts(db, new Date(now.getTime() - DAY)),
    presentFeeds(db),
    connectionFacts(db, hub),
  ]);
  return {
    now,
    devices,
    profiles,
    objects,
    hours,
    feeds,
    connection,
  };
}
