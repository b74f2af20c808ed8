import CircleCheck from "lucide-react/icons/circle-check";
import X from "lucide-react/icons/x";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";
import { IconButton } from "./Button.tsx";

type Toast = { id: number; text: string };
type Show = (text: string) => void;

const ToastContext = createContext<Show>(() => undefined);

/** Shows a short confirmation in the corner, for eight seconds. */
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
    (text: string) => setToasts((all) => [...all.slice(-3), { id: Date.now() + all.length, text }]),
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
    const timer = setTimeout(() => onClose(toast.id), 8_000);
    return () => clearTimeout(timer);
  }, [held, onClose, toast.id]);
  return (
    <div
      className="pointer-events-auto flex items-center gap-2.5 rounded-lg border border-hairline bg-ground py-1.5 pr-1.5 pl-3 shadow-overlay"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
    >
      <CircleCheck size={16} aria-hidden className="flex-none text-ok" />
      <span className="min-w-0 flex-1 wrap-anywhere">{toast.text}</span>
      <IconButton
        size="sm"
        label="Dismiss"
        icon={<X size={14} aria-hidden />}
        onPress={() => onClose(toast.id)}
      />
    </div>
  );
}
