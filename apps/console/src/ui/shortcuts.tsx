import {
  createContext,
  type ReactNode,
  type RefObject,
  useContext,
  useEffect,
  useRef,
} from "react";
import { keyToken, matchKeys } from "./match-keys.ts";

export type Action = {
  id: string;
  label: string;
  /** Heading in the palette and in the help. */
  group: string;
  /** One key, or two in sequence: `?`, `/`, `g e`. */
  keys?: string;
  run: () => void;
  disabledReason?: string | false | undefined;
  /** For keys that make no sense in the palette, such as moving the cursor. */
  keysOnly?: boolean;
};

type Registry = RefObject<Map<symbol, readonly Action[]>>;
const RegistryContext = createContext<Registry | undefined>(undefined);

/** Listens for the keys of all registered actions. */
export function ShortcutsProvider({ children }: { children: ReactNode }) {
  const registry = useRef(new Map<symbol, readonly Action[]>());
  useEffect(() => {
    let previous: { token: string; at: number } | undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTaken(event)) return;
      const token = keyToken(event);
      if (token === undefined) return;
      const first =
        previous !== undefined && event.timeStamp - previous.at < 1_200
          ? previous.token
          : undefined;
      const action = matchKeys(allActions(registry), first, token);
      previous =
        action === undefined && first === undefined ? { token, at: event.timeStamp } : undefined;
      if (action === undefined || action.disabledReason) return;
      event.preventDefault();
      action.run();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
  return <RegistryContext value={registry}>{children}</RegistryContext>;
}

/** Registers actions while the component is shown: they get their keys, and a line in palette and help. */
export function useActions(actions: readonly Action[]): void {
  const registry = useRegistry();
  const key = useRef(Symbol("actions"));
  useEffect(() => {
    registry.current.set(key.current, actions);
  });
  useEffect(() => {
    const own = key.current;
    const actionsByOwner = registry.current;
    return () => {
      actionsByOwner.delete(own);
    };
  }, [registry]);
}

/** Reads the actions of everything on the screen now. */
export function useActionList(): () => readonly Action[] {
  const registry = useRegistry();
  return () => allActions(registry);
}

function useRegistry(): Registry {
  const registry = useContext(RegistryContext);
  if (registry === undefined) throw new Error("useActions needs a ShortcutsProvider");
  return registry;
}

function allActions(registry: Registry): readonly Action[] {
  return [...registry.current.values()].flat();
}

/** Typing and open overlays keep their keys. */
function isTaken(event: KeyboardEvent): boolean {
  const { target } = event;
  if (
    target instanceof Element &&
    target.closest("textarea, select, [contenteditable=true], [role=textbox]")
  )
    return true;
  if (target instanceof HTMLInputElement && target.type !== "checkbox" && target.type !== "radio")
    return true;
  return (
    document.querySelector("[role=dialog], [role=alertdialog], [role=menu], [role=listbox]") !==
    null
  );
}
