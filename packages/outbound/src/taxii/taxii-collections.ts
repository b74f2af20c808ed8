import { z } from "zod";
import { belowRoot } from "./below-root.ts";
import { type TaxiiSettings, type TaxiiSurroundings, taxiiGet } from "./taxii-request.ts";

const Collections = z.looseObject({
  collections: z
    .array(
      z.looseObject({
        id: z.string(),
        title: z.string().catch(""),
        description: z.string().catch(""),
        can_read: z.boolean().catch(true),
      }),
    )
    .catch([]),
});

export type TaxiiCollection = { id: string; title: string; description: string; canRead: boolean };

/** The collections of an API root. */
export async function taxiiCollections(
  apiRoot: string,
  settings: TaxiiSettings,
  surroundings: TaxiiSurroundings = {},
): Promise<TaxiiCollection[]> {
  const address = belowRoot(apiRoot, "collections/").href;
  const { value } = await taxiiGet(address, Collections, settings, surroundings);
  return value.collections.map(({ id, title, description, can_read }) => ({
    id,
    title,
    description,
    canRead: can_read,
  }));
}
