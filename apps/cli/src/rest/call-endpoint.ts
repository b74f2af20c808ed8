import { createClient } from "@breakwater/client";
import type { Api } from "@breakwater/protocol";
import { z } from "zod";
import type { RestCommand } from "./commands.ts";
import type { RestRequest } from "./read-arguments.ts";

export type Server = { url: string; apiKey: string | undefined };

type Call = (endpoint: string, request: RestRequest) => Promise<unknown>;

const Page = z.looseObject({ items: z.array(z.unknown()), nextCursor: z.string().optional() });

/** Calls the endpoint of a command; with `all`, page after page, as one answer. */
export async function callEndpoint(
  server: Server,
  command: RestCommand,
  request: RestRequest,
  all: boolean,
): Promise<unknown> {
  const call = caller(server);
  const answer = await call(command.key, request);
  const first = Page.safeParse(answer);
  if (!all || !first.success) return answer;
  const { items } = first.data;
  let cursor = first.data.nextCursor;
  while (cursor !== undefined) {
    const next = Page.parse(
      await call(command.key, { ...request, query: { ...request.query, cursor } }),
    );
    items.push(...next.items);
    cursor = next.nextCursor;
  }
  const { nextCursor: _, ...rest } = first.data;
  return { ...rest, items };
}

function caller({ url, apiKey }: Server): Call {
  const client = createClient<Api>({
    baseUrl: url,
    headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
  });
  // Which endpoint is called is known only at run time; its schemas have checked the request already.
  return client as unknown as Call;
}
