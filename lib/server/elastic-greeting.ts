/** The version whose answers these are. */
const version = "8.19.0";

/**
 * What Elasticsearch's shippers ask before they send: who is there, and whether their templates, policies and
 * pipelines are. Nothing of those is needed here; saying that they are there has the shippers go on to send. Null for
 * calls that are not answered.
 */
export function greeting(method: string, path: readonly string[]): object | null {
  const [area, ...rest] = path;
  const name = rest.at(-1) ?? "default";
  const asks = method === "GET" || method === "HEAD";
  switch (area) {
    case undefined:
      return asks ? self() : null;
    case "_license":
      return asks ? { license: { uid: "hopwatch", type: "basic", status: "active" } } : null;
    case "_xpack":
      return asks
        ? {
            license: { uid: "hopwatch", type: "basic", mode: "basic", status: "active" },
            features: {},
          }
        : null;
    case "_cluster":
      return asks && rest[0] === "health" ? health() : null;
    case "_nodes":
      return asks ? { cluster_name: "hopwatch", nodes: {} } : null;
    case "_ilm":
      return asks ? { [name]: { version: 1, policy: { phases: {} } } } : acknowledged;
    case "_index_template":
      return asks ? { index_templates: [{ name, index_template: {} }] } : acknowledged;
    case "_component_template":
      return asks ? { component_templates: [{ name, component_template: {} }] } : acknowledged;
    case "_template":
      return asks ? { [name]: {} } : acknowledged;
    case "_data_stream":
      return asks ? { data_streams: [{ name }] } : acknowledged;
    case "_ingest":
      return asks ? { [name]: { processors: [] } } : acknowledged;
    default:
      return null;
  }
}

const acknowledged = { acknowledged: true };

function self(): object {
  return {
    name: "hopwatch",
    cluster_name: "hopwatch",
    cluster_uuid: "hopwatch",
    version: {
      number: version,
      build_flavor: "default",
      build_type: "tar",
      build_hash: "0",
      build_date: "2025-07-24T00:00:00.000Z",
      build_snapshot: false,
      lucene_version: "9.12.2",
      minimum_wire_compatibility_version: "7.17.0",
      minimum_index_compatibility_version: "7.0.0",
    },
  };
}

function health(): object {
  return {
    cluster_name: "hopwatch",
    status: "green",
    timed_out: false,
    number_of_nodes: 1,
    number_of_data_nodes: 1,
  };
}
