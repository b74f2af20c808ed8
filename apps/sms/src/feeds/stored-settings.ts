import { FeedSettings } from "@breakwater/protocol";
import { z } from "zod";

/** Settings as stored: the name is the source's, and secrets are sealed apart from them. */
export const StoredSettings = FeedSettings.omit({ name: true, enabled: true });
export type StoredSettings = z.infer<typeof StoredSettings>;

/** What the settings must not show. */
export const FeedSecrets = z.object({
  credentials: z.string().optional(),
  proxy: z.string().optional(),
});
export type FeedSecrets = z.infer<typeof FeedSecrets>;
