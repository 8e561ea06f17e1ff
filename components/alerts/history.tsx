import type { AlertDetail } from "@/lib/schemas/alerts";
import { historyWords, stateWords } from "@/lib/view/alert-words";
import { countOf } from "@/lib/view/numbers";
import { Panel } from "../ui/panel";
import { Tag } from "../ui/tag";
import { Time } from "../ui/time";

/** What became of the alert, the newest first. */
export function AlertHistory({ alert }: { alert: AlertDetail }) {
  return (
    <Panel title="States">
      <ol className="al-history">
        {alert.history.toReversed().map((entry) => (
          <li key={`${entry.what} ${entry.at} ${entry.notedAt}`}>
            <Time at={entry.at} />
            <span>
              <b>{historyWords[entry.what]}</b>
              {entry.by && ` by ${entry.by}`}
              {entry.note && <span className="block text-fg-2">{entry.note}</span>}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

export const deliveryWords = {
  waiting: "waiting",
  sent: "sent",
  failed: "given up",
  skipped: "left out",
};

/** What each channel was told, and what it said to that. */
export function Deliveries({ alert }: { alert: AlertDetail }) {
  return (
    <Panel title="Notifications" note={countOf(alert.deliveries.length, "delivery", "deliveries")}>
      {alert.deliveries.length === 0 ? (
        <p className="px-4 pb-3 text-fg-2">No channel was told of this alert.</p>
      ) : (
        <ol className="al-history">
          {alert.deliveries.toReversed().map((sent) => (
            <li key={sent.id}>
              <Time at={sent.sentAt ?? sent.createdAt} />
              <span className="min-w-0">
                <b>{sent.channel}</b> {stateWords[sent.word].toLowerCase()}{" "}
                <Tag tone={sent.state === "failed" ? "bad" : "plain"}>
                  {deliveryWords[sent.state]}
                </Tag>
                {(sent.attempts > 1 || sent.state !== "sent") && sent.answer && (
                  <span className="block break-words text-12 text-fg-2">
                    {countOf(sent.attempts, "try", "tries")}: {sent.answer}
                  </span>
                )}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
