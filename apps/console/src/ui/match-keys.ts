type Keyed = { readonly keys?: string };
type KeyPress = { key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean };

/** The key as written in `keys`; undefined for chords, which belong to the browser. */
export function keyToken(event: KeyPress): string | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  return event.key.length === 1 ? event.key : undefined;
}

/** The action for this key after `first`: a sequence wins over the single key. */
export function matchKeys<T extends Keyed>(
  actions: readonly T[],
  first: string | undefined,
  token: string,
): T | undefined {
  const sequence =
    first === undefined ? undefined : actions.find((action) => action.keys === `${first} ${token}`);
  if (sequence !== undefined) return sequence;
  const starts = actions.some((action) => action.keys?.startsWith(`${token} `));
  return starts ? undefined : actions.find((action) => action.keys === token);
}
