export type SavedView = { name: string; q: string };

const KEY = "breakwater.views.suspicious-objects";
const MOST = 50;

/** Searches that everybody has. */
export const GIVEN_VIEWS: readonly SavedView[] = [
  { name: "High, in no filter", q: "severity:High state:no-filter" },
  { name: "Not in force everywhere", q: "state:partly,pending,failed" },
  { name: "Added within a day", q: "is:new" },
  { name: "Expiring within a day", q: "expires:<24h" },
  { name: "Seen in the last 7 days", q: "seen:7d" },
  { name: "Held back", q: "is:held" },
  { name: "Lifted by an exception", q: "is:excepted" },
];

/** Searches kept in this browser; what is not readable there counts as none. */
export function readViews(storage: Pick<Storage, "getItem"> = localStorage): SavedView[] {
  try {
    const stored: unknown = JSON.parse(storage.getItem(KEY) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isView).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

/** The same name again replaces the view. */
export function withView(views: readonly SavedView[], view: SavedView): SavedView[] {
  return [view, ...views.filter(({ name }) => name !== view.name)].slice(0, MOST);
}

export function storeViews(
  views: readonly SavedView[],
  storage: Pick<Storage, "setItem"> = localStorage,
): void {
  storage.setItem(KEY, JSON.stringify(views));
}

function isView(value: unknown): value is SavedView {
  return (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    typeof value.name === "string" &&
    "q" in value &&
    typeof value.q === "string"
  );
}
