import {
  type FeedChange,
  ObjectChanges,
  ObjectPage,
  type ObjectStreamLine,
} from "@breakwater/protocol";
import { feedObjectDigest, sumDigests, toFeedChecksum } from "@breakwater/reputation-set";
import { afterAll, beforeAll, expect, test } from "vitest";
import { enrolProduct, type SimulatedProduct } from "../simulated-product.test-helper.ts";
import { startTestHub, type TestHub } from "../test-hub.test-helper.ts";

let hub: TestHub;
let product: SimulatedProduct;

beforeAll(async () => {
  hub = await startTestHub();
  product = await enrolProduct(await hub.createToken("SMS one"));
});
afterAll(async () => {
  product?.close();
  await hub?.close();
});

const add = (...values: string[]) =>
  hub.api("POST /hub/v1/objects", { body: { objects: values.map((value) => ({ value })) } });
const remove = (type: "ip" | "domain", value: string) =>
  hub.api("POST /hub/v1/objects/delete", { body: { objects: [{ type, value }] } });

/** What a product holds after reading the stream: a map that is checked against every position. */
class Copy {
  readonly #objects = new Map<string, bigint>();
  revision = 0;

  apply(changes: readonly FeedChange[]): void {
    for (const change of changes) {
      if (change.change === "deleted") this.#objects.delete(`${change.type} ${change.value}`);
      else {
        const { object } = change;
        this.#objects.set(`${object.type} ${object.value}`, feedObjectDigest(object));
      }
    }
  }

  take(line: ObjectStreamLine): this {
    if (line.t !== "changes") throw new Error(`a ${line.t} line came instead of changes`);
    expect(line.from).toBe(this.revision);
    this.apply(line.changes);
    return this.at(line.position);
  }

  at(position: { revision: number; checksum: string; count: number }): this {
    this.revision = position.revision;
    expect(this.#objects.size).toBe(position.count);
    expect(toFeedChecksum(sumDigests(this.#objects.values()))).toBe(position.checksum);
    return this;
  }
}

test("a product gets hello, then what it lacks, then every change as it happens", async () => {
  await add("192.0.2.1", "evil.example");
  const stream = product.stream();
  const hello = await stream.next();
  expect(hello).toMatchObject({ t: "hello", product: product.id, position: { revision: 2 } });
  const copy = new Copy().take(await stream.next());
  await add("192.0.2.2");
  copy.take(await stream.next());
  await remove("domain", "EVIL.example");
  const line = await stream.next();
  expect(line).toMatchObject({ changes: [{ change: "deleted", value: "evil.example" }] });
  copy.take(line);
  stream.close();
});

test("reconnecting with the last revision brings only what changed meanwhile", async () => {
  const { position } = ObjectPage.parse(
    JSON.parse((await product.request("GET", "/product/v1/objects")).body),
  );
  await add("192.0.2.3");
  const stream = product.stream(`?epoch=${position.epoch}&revision=${position.revision}`);
  await stream.next();
  expect(await stream.next()).toMatchObject({
    t: "changes",
    from: position.revision,
    changes: [{ object: { value: "192.0.2.3" } }],
  });
  stream.close();
});

test("a foreign epoch or a revision from the future is told to start over", async () => {
  for (const query of [`?epoch=${crypto.randomUUID()}&revision=1`, "?revision=999999"]) {
    const stream = product.stream(query);
    await stream.next();
    expect((await stream.next()).t).toBe("resync");
    stream.close();
  }
  const changes = await product.request("GET", "/product/v1/objects/changes?since=999999");
  expect(changes.status).toBe(412);
});

test("the whole list in pages, then changes since its first page, gives the present state", async () => {
  await add(...Array.from({ length: 25 }, (_, i) => `198.51.100.${i}`));
  const copy = new Copy();
  let cursor = "";
  let first: ObjectPage | undefined;
  for (;;) {
    const path = `/product/v1/objects?limit=10${cursor === "" ? "" : `&cursor=${cursor}`}`;
    const page = ObjectPage.parse(JSON.parse((await product.request("GET", path)).body));
    first ??= page;
    expect(page.position).toEqual(first.position);
    copy.apply(page.items.map((object) => ({ change: "set", object })));
    // Changes on both sides of the cursor while the product is reading.
    if (cursor === "") {
      await remove("ip", "198.51.100.0");
      await add("10.0.0.1", "203.0.113.1");
    }
    if (page.nextCursor === undefined) break;
    cursor = page.nextCursor;
  }
  let since = first.position.revision;
  for (;;) {
    const path = `/product/v1/objects/changes?since=${since}&limit=1`;
    const answer = ObjectChanges.parse(JSON.parse((await product.request("GET", path)).body));
    copy.apply(answer.changes);
    const last = answer.changes.at(-1);
    since = last?.change === "set" ? last.object.revision : (last?.revision ?? since);
    if (answer.more) continue;
    copy.at(answer.position);
    break;
  }
});
