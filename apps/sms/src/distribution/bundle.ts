import { createHash } from "node:crypto";
import { type Profile, ProfileBundle, type SetId, Sha256 } from "@breakwater/protocol";
import { z } from "zod";

export type EncodedBundle = { sha256: Sha256; bytes: Buffer };

/** The exact bytes that devices fetch for a profile version, and their address. */
export function encodeBundle(profile: Profile, set: SetId): EncodedBundle {
  const bundle: ProfileBundle = ProfileBundle.parse({
    profileId: profile.id,
    profileName: profile.name,
    profileVersion: profile.version,
    // Events name the policy they come from; a profile is one policy over all its versions.
    policyId: z.uuid().parse(profile.id),
    set,
    filters: profile.filters,
    customRules: profile.customRules,
    httpContext: profile.httpContext,
    failureMode: "closed",
  });
  const bytes = Buffer.from(JSON.stringify(bundle));
  return { bytes, sha256: Sha256.parse(createHash("sha256").update(bytes).digest("hex")) };
}
