"use client";

import { useRouter } from "next/navigation";
import { useMemo } from "react";
import Link from "@/components/ui/link";
import { useKnownNodes } from "@/lib/browser/node-ordinals";
import type { AlertDetail } from "@/lib/schemas/alerts";
import { alertChart } from "@/lib/view/alert-chart";
import { countOf, formatCount, formatDuration, formatPercent } from "@/lib/view/numbers";
import { TimeChart } from "../charts/time-chart";
import { CauseChip, causeColour } from "../ui/cause-chip";
import { ChangeMark, changeWord } from "../ui/change-mark";
import { NodeName } from "../ui/node-mark";
import { Panel } from "../ui/panel";
import { Empty } from "../ui/states";
import { Heading, Table } from "../ui/table";
import { Tag } from "../ui/tag";
import { Time } from "../ui/time";

type Content = NonNullable<AlertDetail["content"]>;

/** When and where it was, as links carry it. */
type Range = Record<"from" | "to" | "pool", string>;

/** What the alert rests on: its course with the changes before it, causes, places and sessions. */
export function AlertEvidence({ alert }: { alert: AlertDetail }) {
  const { content } = alert;
  if (!content || alert.pool === null)
    return (
      <Panel title="What it rests on">
        <Empty title={alert.summary ?? alert.title}>
          {alert.rules.map(({ name }) => name).join("; ")}
        </Empty>
      </Panel>
    );
  const range = { from: content.onset, to: content.to, pool: alert.pool };
  const aboutSessions = content.causes.length > 0 || content.lostSessions > 0;
  return (
    <>
      {aboutSessions && <Course alert={alert} content={content} pool={alert.pool} />}
      {aboutSessions && <Suspects content={content} />}
      {content.causes.length > 0 && <Causes content={content} range={range} />}
      <Places content={content} />
      {content.samples.length > 0 && <Samples content={content} range={range} />}
    </>
  );
}

function Course({ alert, content, pool }: { alert: AlertDetail; content: Content; pool: string }) {
  const router = useRouter();
  const { rows, shown } = useMemo(() => alertChart(content), [content]);
  const series = useMemo(
    () => shown.map((cause) => ({ key: cause, label: cause, colour: causeColour(cause) })),
    [shown],
  );
  const changes = useMemo(() => content.suspects.map(({ change }) => change), [content]);
  const open = (from: number, to: number) =>
    router.push(
      `/?${new URLSearchParams({ pool, from: new Date(from).toISOString(), to: new Date(to).toISOString() })}`,
    );
  const first = rows[0]?.at ?? 0;
  const last = (rows.at(-1)?.at ?? 0) + 60_000;
  return (
    <Panel
      title="Onset and nearest change"
      note={
        <>
          bounces per minute{alert.firedAt && <>, fired </>}
          {alert.firedAt && <Time at={alert.firedAt} />}
        </>
      }
      actions={
        <button type="button" className="link text-12" onClick={() => open(first, last)}>
          Open in the overview
        </button>
      }
    >
      <TimeChart
        label="Bounces per minute around the onset"
        rows={rows}
        series={series}
        kind="bars"
        stepMs={60_000}
        changes={changes}
        valueLabel={formatCount}
        height={230}
        onZoom={open}
        onWiden={() => open(first - (last - first), last + (last - first))}
      />
    </Panel>
  );
}

function Suspects({ content }: { content: Content }) {
  return (
    <Panel title="Changes before it" note={`in the half hour before`}>
      {content.suspects.length === 0 ? (
        <p className="px-4 pb-3 text-fg-2">
          No change was marked in the half hour before. Post deploys and reloads to have them
          weighed.
        </p>
      ) : (
        <ul className="al-suspects">
          {content.suspects.map(({ change, beforeMs, likelihood, word, why }) => (
            <li key={change.id}>
              <ChangeMark kind={change.kind} />
              <span className="min-w-0">
                <b>{change.title}</b>
                <span className="block text-12 text-fg-2">
                  {changeWord(change.kind)} at <Time at={change.at} />,{" "}
                  {beforeMs >= 0
                    ? `${formatDuration(Math.round(beforeMs))} before the first of it`
                    : `${formatDuration(Math.round(-beforeMs))} after the first of it`}
                  {change.author ? `, by ${change.author}` : ""}
                  {why ? <span className="block">{why}</span> : null}
                </span>
              </span>
              <Tag tone={word === "likely" ? "accent" : "plain"}>
                {word}, {formatPercent(likelihood, 0)}
              </Tag>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Causes({ content, range }: { content: Content; range: Range }) {
  const most = Math.max(1, ...content.causes.map(({ bounces }) => bounces));
  return (
    <Panel title="Causes since it began" note={countOf(content.bounces, "bounce")}>
      <ul className="al-causes">
        {content.causes.map(({ cause, bounces }) => (
          <li key={cause}>
            <Link
              href={`/sessions?${new URLSearchParams({ ...range, tab: "bounces", cause })}`}
              className="hover:underline"
            >
              <CauseChip cause={cause} />
            </Link>
            <i
              aria-hidden="true"
              style={{ width: `${(bounces / most) * 100}%`, background: causeColour(cause) }}
            />
            <span className="text-right">{formatCount(bounces)}</span>
            <span className="text-right text-fg-2">
              {formatPercent(bounces / Math.max(1, content.bounces), 0)}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Places({ content }: { content: Content }) {
  const places = [
    ...content.nodes.map((place) => ({ ...place, kind: "node" })),
    ...content.lbs.map((place) => ({ ...place, kind: "load balancer" })),
  ];
  if (places.length === 0) return null;
  return (
    <Panel title="Where" note="which are concerned, and which are fine">
      <Table
        caption="Nodes and load balancers"
        head={
          <>
            <Heading>Name</Heading>
            <Heading>Is</Heading>
            <Heading num>Requests</Heading>
            <Heading num>Of it</Heading>
            <Heading num>Share</Heading>
            <Heading>State</Heading>
          </>
        }
      >
        {places.map((place) => (
          <tr key={`${place.kind} ${place.name}`}>
            <td>
              <b>{place.name}</b>
            </td>
            <td className="text-fg-2">{place.kind}</td>
            <td className="num">{formatCount(place.requests)}</td>
            <td className="num">{formatCount(place.bad)}</td>
            <td className="num">{formatPercent(place.share, 0)}</td>
            <td>{place.involved ? <Tag tone="bad">concerned</Tag> : <Tag>fine</Tag>}</td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}

function Samples({ content, range }: { content: Content; range: Range }) {
  const known = useKnownNodes();
  return (
    <Panel
      title="Sample sessions"
      note={`${content.samples.length} of ${formatCount(content.affectedSessions)}`}
      actions={
        <Link
          className="link text-12"
          href={`/sessions?${new URLSearchParams({ ...range, sort: "worst" })}`}
        >
          All sessions
        </Link>
      }
    >
      <Table
        caption="Sample sessions"
        head={
          <>
            <Heading>Session</Heading>
            <Heading>Nodes</Heading>
            <Heading num>Bounces</Heading>
            <Heading num>Lost</Heading>
            <Heading>Main cause</Heading>
          </>
        }
      >
        {content.samples.map((session) => (
          <tr key={session.id} className="link-row">
            <td>
              <Link className="cover mono" href={`/sessions/${session.id}`}>
                {session.id.slice(0, 12)}
              </Link>
            </td>
            <td>
              <span className="flex flex-wrap gap-x-3">
                {session.nodes.map((node) => (
                  <NodeName key={node} name={node} ordinal={known.ordinalOf(node, range.pool)} />
                ))}
              </span>
            </td>
            <td className="num">{formatCount(session.bounces)}</td>
            <td className={`num ${session.lost > 0 ? "text-bad" : ""}`}>
              {formatCount(session.lost)}
            </td>
            <td>{session.mainCause && <CauseChip cause={session.mainCause} />}</td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}
