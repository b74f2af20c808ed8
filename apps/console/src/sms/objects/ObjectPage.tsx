import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import ArrowLeft from "lucide-react/icons/arrow-left";
import ShieldOff from "lucide-react/icons/shield-off";
import Trash2 from "lucide-react/icons/trash-2";
import { useState } from "react";
import { useDenied } from "../../accounts/session.tsx";
import { visibleText } from "../../lib/hidden-characters.ts";
import { QueryView } from "../../query/QueryView.tsx";
import { usePageTitle } from "../../query/use-page-title.ts";
import { Page } from "../../shell/Page.tsx";
import { Button } from "../../ui/Button.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { useActions } from "../../ui/shortcuts.tsx";
import { smsQueries } from "../client.ts";
import { ExceptionDialog } from "../exceptions/ExceptionDialog.tsx";
import { DeleteObjectsDialog } from "./DeleteObjectsDialog.tsx";
import { ObjectExplanation } from "./ObjectExplanation.tsx";

/** One object: what, why, since, until, and on which devices. */
export default function ObjectPage() {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const query = useQuery({
    ...smsQueries.one("GET /api/v1/reputation/entries/{id}", { params: { id: id as never } }),
    refetchInterval: 3_000,
  });
  const navigate = useNavigate();
  const denied = useDenied("reputation:write");
  const deniedException = useDenied("exceptions:write");
  const [deleting, setDeleting] = useState(false);
  const [excepting, setExcepting] = useState(false);
  const entry = query.data;
  useActions([
    {
      id: "make-exception",
      group: "Object",
      label: "Make exception",
      keys: "m",
      run: () => setExcepting(true),
      disabledReason: deniedException,
    },
  ]);
  usePageTitle(entry === undefined ? "Object" : visibleText(entry.value));
  return (
    <Page>
      <Link
        to="/suspicious-objects"
        className="-mb-3 inline-flex items-center gap-1 self-start rounded-sm text-muted hover:text-text"
      >
        <ArrowLeft size={14} aria-hidden /> Suspicious objects
      </Link>
      <PageHeader
        title={entry === undefined ? "Object" : <DataText mono>{entry.value}</DataText>}
        actions={
          entry !== undefined && (
            <>
              <CopyButton value={entry.value} text="Copy" />
              <Button
                icon={<ShieldOff size={14} aria-hidden />}
                onPress={() => setExcepting(true)}
                disabledReason={deniedException}
              >
                Make exception
              </Button>
              <Button
                icon={<Trash2 size={14} aria-hidden />}
                onPress={() => setDeleting(true)}
                disabledReason={denied}
              >
                Delete
              </Button>
            </>
          )
        }
      />
      <QueryView query={query} what="object">
        {(data) => (
          <div className="max-w-5xl">
            <ObjectExplanation entry={data} columns={2} />
          </div>
        )}
      </QueryView>
      {excepting && entry !== undefined && (
        <ExceptionDialog value={entry.value} onClose={() => setExcepting(false)} />
      )}
      {deleting && entry !== undefined && (
        <DeleteObjectsDialog
          entries={[entry]}
          onClose={() => setDeleting(false)}
          onDone={() => void navigate({ to: "/suspicious-objects" })}
        />
      )}
    </Page>
  );
}
