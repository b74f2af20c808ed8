import { useQuery } from "@tanstack/react-query";
import Plus from "lucide-react/icons/plus";
import { useDenied } from "../../accounts/session.tsx";
import { QueryView } from "../../query/QueryView.tsx";
import { usePageTitle } from "../../query/use-page-title.ts";
import { useUrlState } from "../../query/use-url-state.ts";
import { Page } from "../../shell/Page.tsx";
import { Button } from "../../ui/Button.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { useActions } from "../../ui/shortcuts.tsx";
import { NothingYet } from "../../ui/states.tsx";
import { hubQueries } from "../client.ts";
import { SentObjects } from "./SentObjects.tsx";
import { TargetDialog } from "./TargetDialog.tsx";
import { TargetList } from "./TargetList.tsx";

const DEFAULTS = { sort: "", open: "", edit: "", sent: "", q: "", state: "" };
const NEW = "new";

/** Servers that suspicious objects are sent to, and what each was sent. */
export default function ObjectDistributionPage() {
  usePageTitle("Object distribution");
  const [view, setView] = useUrlState(DEFAULTS);
  const denied = useDenied("products:write");
  const query = useQuery({
    ...hubQueries.one("GET /hub/v1/object-distribution/targets"),
    refetchInterval: 3_000,
  });
  const add = () => setView({ edit: NEW });
  useActions([
    {
      id: "add-target",
      group: "Object distribution",
      label: "Add a target",
      keys: "a",
      run: add,
      disabledReason: denied,
    },
  ]);
  const addButton = (
    <Button
      variant="primary"
      icon={<Plus size={16} aria-hidden />}
      onPress={add}
      disabledReason={denied}
    >
      Add target
    </Button>
  );
  const sent = query.data?.items.find(({ id }) => id === view.sent);
  const edited = query.data?.items.find(({ id }) => id === view.edit);
  return (
    <Page layout="fill">
      <PageHeader
        title={sent === undefined ? "Object distribution" : `Sent to ${sent.name}`}
        actions={
          sent === undefined ? (
            addButton
          ) : (
            <Button onPress={() => setView({ sent: "", q: "", state: "" })}>All targets</Button>
          )
        }
      >
        Servers of the SMS web API that receive the suspicious objects that meet their criteria.
      </PageHeader>
      <QueryView query={query} what="targets">
        {({ items }) => {
          if (sent !== undefined) {
            return <SentObjects target={sent} view={view} onView={setView} denied={denied} />;
          }
          if (items.length === 0) {
            return (
              <NothingYet title="No target yet" action={addButton}>
                Add a management server by its IPv4 address; objects follow within a second.
              </NothingYet>
            );
          }
          return <TargetList targets={items} view={view} onView={setView} denied={denied} />;
        }}
      </QueryView>
      {(view.edit === NEW || edited !== undefined) && (
        <TargetDialog
          key={view.edit}
          target={edited}
          onClose={() => setView({ edit: "" }, { replace: true })}
        />
      )}
    </Page>
  );
}
