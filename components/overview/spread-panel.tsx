"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "@/components/ui/link";
import { useKnownNodes } from "@/lib/browser/node-ordinals";
import { useCarriedHref, useRangeParams } from "@/lib/browser/page-state";
import { spreadOptions } from "@/lib/browser/queries/spread";
import type { Spread, SpreadPlace } from "@/lib/schemas/spread";
import { countOf, formatCount, formatPercent } from "@/lib/view/numbers";
import { poolToTell, spreadSentence, standingWords } from "@/lib/view/spread";
import { LongName } from "../ui/long-name";
import { NodeName } from "../ui/node-mark";
import { Panel } from "../ui/panel";
import { Answer, Empty, SkeletonRows } from "../ui/states";
import { Scroller } from "../ui/table";
import { Tag } from "../ui/tag";

const most = 8;

/** Which balancers and nodes the trouble lies at, and which it does not. */
export function SpreadPanel() {
  const question = useQuery(spreadOptions(useRangeParams()));
  return (
    <Panel title="Where it lies" note="share of bounces against share of requests; without returns">
      <Answer
        question={question}
        what="where it lies"
        loading={<SkeletonRows rows={8} what="where it lies" />}
      >
        {(spread) =>
          spread.bounces === 0 ? (
            <Empty title="Nowhere">No session moved, at any balancer or node.</Empty>
          ) : (
            <>
              <Sentence spread={spread} />
              <div className="spread">
                <Places kind="Load balancer" places={spread.balancers} />
                <Places kind="Node" places={spread.nodes} />
              </div>
            </>
          )
        }
      </Answer>
    </Panel>
  );
}

function Sentence({ spread }: { spread: Spread }) {
  const words = spreadSentence(spread);
  if (words.length === 0) return null;
  return (
    <p className="px-4 pb-2 text-fg-2 wrap-anywhere">
      {words.map(({ text, strong }, index) => {
        const key = `${index}-${text}`;
        return strong ? (
          <b key={key} className="text-fg">
            {text}
          </b>
        ) : (
          <span key={key}>{text}</span>
        );
      })}
    </p>
  );
}

function Places({
  kind,
  places,
}: {
  kind: "Load balancer" | "Node";
  places: readonly SpreadPlace[];
}) {
  const href = useCarriedHref();
  const known = useKnownNodes();
  const isNode = kind === "Node";
  const shown = places.slice(0, most);
  const largest = Math.max(
    0.0001,
    ...shown.flatMap(({ requestShare, bounceShare }) => [requestShare ?? 0, bounceShare ?? 0]),
  );
  if (places.length === 0) return null;
  return (
    <Scroller label={`${kind}s with their bounces`}>
      <table className="table spread-table">
        <caption className="vh">{`${kind}s: share of bounces and of requests`}</caption>
        <thead>
          <tr>
            <th scope="col">{kind}</th>
            <th scope="col" className="num">
              {isNode ? "Left it" : "Bounces"}
            </th>
            <th scope="col">
              <span className="vh">Shares of bounces and requests</span>
            </th>
            <th scope="col">Against the others</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((place) => {
            const pool = poolToTell(place, places);
            return (
              <tr key={`${place.pool} ${place.name}`} className="link-row">
                <td>
                  <span className="inline-flex items-center gap-1.5">
                    <Link
                      className="cover"
                      href={href(
                        "/sessions",
                        isNode
                          ? { tab: "bounces", left: place.name, ...(pool === null ? {} : { pool }) }
                          : { tab: "bounces", lb: place.name },
                      )}
                    >
                      {isNode ? (
                        <NodeName
                          name={place.name}
                          ordinal={known.ordinalOf(place.name, place.pool ?? undefined)}
                        />
                      ) : (
                        <LongName name={place.name} />
                      )}
                    </Link>
                    {pool !== null && <span className="text-fg-3">{pool}</span>}
                  </span>
                </td>
                <td className="num">{formatCount(place.bounces)}</td>
                <td className="spread-bars">
                  <span
                    role="img"
                    aria-label={`${formatPercent(place.bounceShare, 0)} of bounces, ${formatPercent(place.requestShare, 0)} of requests`}
                    title={`${formatPercent(place.bounceShare, 0)} of bounces, ${formatPercent(place.requestShare, 0)} of requests`}
                  >
                    <i
                      className={place.standing === "more" ? "out" : undefined}
                      style={{ width: `${((place.bounceShare ?? 0) / largest) * 100}%` }}
                    />
                    <i
                      className="base"
                      style={{ width: `${((place.requestShare ?? 0) / largest) * 100}%` }}
                    />
                  </span>
                </td>
                <td>
                  <Tag tone={place.standing === "more" ? "bad" : "plain"}>
                    {standingWords(place) || "the only one"}
                  </Tag>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {places.length > most && (
        <p className="px-4 py-2 text-12 text-fg-3">
          <Link
            className="link"
            href={href("/sessions", { tab: "bounces", group: isNode ? "from" : "lb" })}
          >
            {countOf(places.length - most, `more ${kind.toLowerCase()}`)}
          </Link>
        </p>
      )}
    </Scroller>
  );
}
