import Check from "lucide-react/icons/check";
import Copy from "lucide-react/icons/copy";
import { useEffect, useState } from "react";
import { Button, IconButton } from "./Button.tsx";
import { copyText } from "./copy-text.ts";

/** Copies a value; says so for two seconds. With `text` it is a labelled button. */
export function CopyButton({
  value,
  label = "Copy",
  text,
}: {
  value: string;
  label?: string;
  text?: string;
}) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => setCopied(await copyText(value));
  const icon = copied ? (
    <Check size={14} aria-hidden className="text-ok" />
  ) : (
    <Copy size={14} aria-hidden />
  );
  if (text !== undefined) {
    return (
      <Button icon={icon} onPress={copy}>
        {copied ? "Copied" : text}
      </Button>
    );
  }
  return <IconButton size="sm" label={copied ? "Copied" : label} icon={icon} onPress={copy} />;
}
