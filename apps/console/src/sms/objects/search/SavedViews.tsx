import Bookmark from "lucide-react/icons/bookmark";
import { useState } from "react";
import { Button } from "../../../ui/Button.tsx";
import { Menu, type MenuAction } from "../../../ui/Menu.tsx";
import { SaveViewDialog } from "./SaveViewDialog.tsx";
import { GIVEN_VIEWS, readViews, type SavedView, storeViews, withView } from "./saved-views.ts";

type Props = { q: string; onChoose: (q: string) => void };

/** Searches to come back to. Own ones stay in this browser; an address shares any of them. */
export function SavedViews({ q, onChoose }: Props) {
  const [own, setOwn] = useState(readViews);
  const [isSaving, setSaving] = useState(false);
  const keep = (views: SavedView[]) => {
    storeViews(views);
    setOwn(views);
  };
  const current = [...own, ...GIVEN_VIEWS].find((view) => view.q === q.trim());
  const isOwn = current !== undefined && own.includes(current);
  const view = (one: SavedView, group: string): MenuAction => ({
    id: `${group}:${one.name}`,
    label: one.name,
    onAction: () => onChoose(one.q),
  });
  return (
    <>
      <Menu
        label="Views"
        trigger={
          <Button icon={<Bookmark size={14} aria-hidden />}>
            <span className="max-w-44 truncate">{current?.name ?? "Views"}</span>
          </Button>
        }
        actions={[
          ...own.map((one) => view(one, "own")),
          ...GIVEN_VIEWS.map((one) => view(one, "given")),
          {
            id: "save",
            label: "Save this search",
            onAction: () => setSaving(true),
            disabledReason: q.trim() === "" && "The search is empty",
          },
          ...(isOwn
            ? [
                {
                  id: "remove",
                  label: `Remove “${current.name}”`,
                  danger: true,
                  onAction: () => keep(own.filter((one) => one !== current)),
                },
              ]
            : []),
        ]}
      />
      {isSaving && (
        <SaveViewDialog
          q={q.trim()}
          onClose={() => setSaving(false)}
          onSave={(name) => keep(withView(own, { name, q: q.trim() }))}
        />
      )}
    </>
  );
}
