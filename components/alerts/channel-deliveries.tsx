import { useQuery } from "@tanstack/react-query";
import Link from "@/components/ui/link";
import { deliveriesOptions } from "@/lib/browser/queries/alerts";
import { stateWords } from "@/lib/view/alert-words";
import { countOf } from "@/lib/view/numbers";
import { Answer, Empty } from "../ui/states";
import { Tag } from "../ui/tag";
import { Time } from "../ui/time";
import { deliveryWords } from "./history";

/** What a channel was told lately, and what it said to that. */
export function ChannelDeliveries({ channel }: { channel: string }) {
  const question = useQuery(deliveriesOptions(channel));
  return (
    <Answer question={question} what="the deliveries">
      {({ items }) =>
        items.length === 0 ? (
          <Empty title="Nothing yet">This channel was told of no alert so far.</Empty>
        ) : (
          <ol className="al-history al-log">
            {items.map((sent) => (
              <li key={sent.id}>
                <Time at={sent.sentAt ?? sent.createdAt} />
                <span className="min-w-0">
                  <Link className="link" href={`/alerts/${sent.alertId}`}>
                    {sent.title}
                    {sent.pool && ` in ${sent.pool}`}
                  </Link>{" "}
                  {stateWords[sent.word].toLowerCase()}{" "}
                  <Tag tone={sent.state === "failed" ? "bad" : "plain"}>
                    {deliveryWords[sent.state]}
                  </Tag>
                  {sent.nextAt && sent.attempts === 0 && (
                    <span className="block text-12 text-fg-2">
                      Due <Time at={sent.nextAt} />
                    </span>
                  )}
                  {sent.answer && (
                    <span className="block break-words text-12 text-fg-2">
                      {countOf(sent.attempts, "try", "tries")}: {sent.answer}
                    </span>
                  )}
                </span>
              </li>
            ))}
          </ol>
        )
      }
    </Answer>
  );
}
