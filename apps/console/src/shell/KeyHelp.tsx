import { useState } from "react";
import { Dialog } from "../ui/Dialog.tsx";
import { Kbd } from "../ui/Kbd.tsx";
import { type Action, useActionList } from "../ui/shortcuts.tsx";

/** Every key that works on this page, from the same list that makes them work. */
export default function KeyHelp({ onClose }: { onClose: () => void }) {
  const list = useActionList();
  const [actions] = useState(() => list().filter((action) => action.keys !== undefined));
  const groups = [...new Set(actions.map((action) => action.group))];
  return (
    <Dialog title="Keys" size="lg" isOpen onClose={onClose}>
      <div className="gap-10 sm:columns-2 *:mb-5 *:break-inside-avoid">
        {groups.map((group) => (
          <KeyGroup
            key={group}
            title={group}
            actions={actions.filter((action) => action.group === group)}
          />
        ))}
        <section>
          <h3 className="mb-1 font-semibold">Anywhere, also while typing</h3>
          <KeyLine label="Search, paste a value, run an action" keys="Ctrl K" />
          <KeyLine label="Close what is open" keys="Esc" />
        </section>
      </div>
    </Dialog>
  );
}

function KeyGroup({ title, actions }: { title: string; actions: readonly Action[] }) {
  return (
    <section>
      <h3 className="mb-1 font-semibold">{title}</h3>
      {actions.map((action) => (
        <KeyLine key={action.id} label={action.label} keys={action.keys ?? ""} />
      ))}
    </section>
  );
}

function KeyLine({ label, keys }: { label: string; keys: string }) {
  return (
    <div className="flex min-h-8 items-center justify-between gap-4 border-b border-hairline">
      <span>{label}</span>
      <Kbd keys={keys} />
    </div>
  );
}
