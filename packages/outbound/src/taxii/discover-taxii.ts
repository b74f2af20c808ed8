import { z } from "zod";
import { type TaxiiSettings, type TaxiiSurroundings, taxiiGet } from "./taxii-request.ts";

const Discovery = z.looseObject({
  title: z.string().catch(""),
  api_roots: z.array(z.string()).catch([]),
  default: z.string().optional().catch(undefined),
});

export type TaxiiDiscovery = {
  title: string;
  /** On the server that was asked, the default one first. */
  apiRoots: string[];
  /** On other servers, which our credentials must not reach unasked. */
  elsewhere: string[];
};

/** Asks a discovery address (`https://server/taxii2/`) for the server's API roots. */
export async function discoverTaxii(
  address: string,
  settings: TaxiiSettings,
  surroundings: TaxiiSurroundings = {},
): Promise<TaxiiDiscovery> {
  const { value, url } = await taxiiGet(address, Discovery, settings, surroundings);
  const named = value.default === undefined ? value.api_roots : [value.default, ...value.api_roots];
  const roots = named.filter((root) => URL.canParse(root, url)).map((root) => new URL(root, url));
  const all = [...new Set(roots.map(({ href }) => href))];
  const origin = new URL(address).origin;
  const isHere = (root: string) => new URL(root).origin === origin;
  return {
    title: value.title,
    apiRoots: all.filter(isHere),
    elsewhere: all.filter((root) => !isHere(root)),
  };
}
