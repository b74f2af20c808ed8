import CircleCheck from "lucide-react/icons/circle-check";
import X from "lucide-react/icons/x";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";
import { Button, IconButton } from "./Button.tsx";

/** What can be done about a message, such as undoing what it tells. */
type ToastAction = { label: string; run: () => void };
type Toast = { id: number; text: string; action?: ToastAction | undefined };
type Show = (text: string, action?: ToastAction) => void;

const SHOWN_MS = 8_000;
/** Reading, deciding and pressing takes longer than reading. */
const SHOWN_WITH_ACTION_MS = 20_000;

const ToastContext = createContext<Show>(() => undefined);

/** Shows a short message in the corner for a while, with one thing to do about it. */
export function useToast(): Show {
  return useContext(ToastContext);
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const close = useCallback(
    (id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)),
    [],
  );
  const show = useCallback(
    (text: string, action?: ToastAction) =>
      setToasts((all) => [...all.slice(-3), { id: Date.now() + all.length, text, action }]),
    [],
  );
  return (
    <ToastContext value={show}>
      {children}
      <div
        role="status"
        aria-label="Notifications"
        className="pointer-events-none fixed right-4 bottom-4 z-50 flex w-96 max-w-[calc(100vw-2rem)] flex-col gap-2"
      >
        {toasts.map((toast) => (
          <ToastItem key={toast.id} toast={toast} onClose={close} />
        ))}
      </div>
    </ToastContext>
  );
}

function ToastItem({ toast, onClose }: { toast: Toast; onClose: (id: number) => void }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const shown = toast.action === undefined ? SHOWN_MS : SHOWN_WITH_ACTION_MS;
    const timer = setTimeout(() => onClose(toast.id), shown);
    return () => clearTimeout(timer);
  }, [held, onClose, toast]);
  const act = () => {
    toast.action?.run();
    onClose(toast.id);
  };
  return (
    <div
      className="pointer-events-auto flex items-center gap-2.5 rounded-lg border border-hairline bg-ground py-1.5 pr-1.5 pl-3 shadow-overlay"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <CircleCheck size={16} aria-hidden className="flex-none text-ok" />
      <span className="min-w-0 flex-1 wrap-anywhere">{toast.text}</span>
      {toast.action !== undefined && (
        <Button size="sm" onPress={act}>
          {toast.action.label}
        </Button>
      )}
      <IconButton
        size="sm"
        label="Dismiss"
        icon={<X size={14} aria-hidden />}
        onPress={() => onClose(toast.id)}
      />
    </div>
  );
}
