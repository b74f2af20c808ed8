import type { Call } from "@breakwater/platform";
import { invalidField } from "@breakwater/protocol";
import { z } from "zod";

/** The framework's request, as handlers get it. */
export type Request = Call<unknown>["request"];

const DEFAULT_TOP = 50;

/**
 * Page size. Clients send values outside the documented list (1, 10) and test connectivity that way,
 * so every positive number is taken and cut to `most`.
 */
export function pageSize(top: string | undefined, most: number): number {
  const wanted = Number(top ?? DEFAULT_TOP);
  return Number.isInteger(wanted) && wanted >= 1 ? Math.min(wanted, most) : DEFAULT_TOP;
}

/**
 * The absolute address of the next page: the request's own, with every query parameter kept and
 * those of `next` exchanged. Built from the configured public URL, else from the Host the client used.
 */
export function nextLink(
  request: Request,
  publicUrl: string | undefined,
  next: { skipToken: string; [name: string]: string },
): string {
  const origin = publicUrl ?? `${request.protocol}://${request.host}`;
  if (!URL.canParse(origin)) {
    throw invalidField(
      "Host",
      request.host,
      "it is not a host name",
      "Send the name of this server",
    );
  }
  const url = new URL(request.url, origin);
  for (const [name, value] of Object.entries(next)) url.searchParams.set(name, value);
  // A blank as %20: some clients take a plus sign literally.
  url.search = url.searchParams.toString().replaceAll("+", "%20");
  return url.href;
}

const Single = z.preprocess((value) => (Array.isArray(value) ? value.at(-1) : value), z.string());

/** Query parameters as clients send them: unknown ones are ignored, of repeated ones the last counts. */
export function looseQuery<const Name extends string>(names: readonly Name[]) {
  const shape = Object.fromEntries(names.map((name) => [name, Single.optional()]));
  return z.object(shape as Record<Name, z.ZodOptional<typeof Single>>);
}

/** What is left of a query after validation. */
export type LooseQuery<Name extends string> = { readonly [name in Name]?: string | undefined };

/** A header that clients send once; several are joined as HTTP says. */
export function headerOf(request: Request, name: string): string | undefined {
  const value = request.headers[name];
  const text = Array.isArray(value) ? value.join(", ") : value;
  // Node reads header bytes as Latin-1; clients send UTF-8.
  return text === undefined ? undefined : Buffer.from(text, "latin1").toString("utf8");
}
