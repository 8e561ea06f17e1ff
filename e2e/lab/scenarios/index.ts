import type { Scenario } from "../stage";
import { apacheCookieDropped } from "./apache-cookie-dropped";
import { apacheCookieHealthy } from "./apache-cookie-healthy";
import { apacheJavaRoute } from "./apache-java-route";
import { apacheNoAffinity } from "./apache-no-affinity";
import { apacheNodeDown } from "./apache-node-down";
import { apacheRouteUnknown } from "./apache-route-unknown";
import { haproxyClientStale } from "./haproxy-client-stale";
import { haproxyClocks } from "./haproxy-clocks";
import { haproxyConcurrentStart } from "./haproxy-concurrent-start";
import { haproxyCookieDropped } from "./haproxy-cookie-dropped";
import { haproxyCookieHealthy } from "./haproxy-cookie-healthy";
import { haproxyCookieInvalid } from "./haproxy-cookie-invalid";
import { haproxyCookieMaxidle } from "./haproxy-cookie-maxidle";
import { haproxyCookieMaxlife } from "./haproxy-cookie-maxlife";
import { haproxyCookieNotSet } from "./haproxy-cookie-not-set";
import { haproxyCustomFormat } from "./haproxy-custom-format";
import { haproxyDrain } from "./haproxy-drain";
import { haproxyDrainSource } from "./haproxy-drain-source";
import { haproxyFlapping } from "./haproxy-flapping";
import { haproxyHealthyPopulation } from "./haproxy-healthy-population";
import { haproxyLogout } from "./haproxy-logout";
import { haproxyNoAffinity } from "./haproxy-no-affinity";
import { haproxyNoAffinityShared } from "./haproxy-no-affinity-shared";
import { haproxyNodeDown } from "./haproxy-node-down";
import { haproxyNodeMemory } from "./haproxy-node-memory";
import { haproxyPrefixJava } from "./haproxy-prefix-java";
import { haproxyRedisEviction } from "./haproxy-redis-eviction";
import { haproxyRedisOutage } from "./haproxy-redis-outage";
import { haproxyReloadScale } from "./haproxy-reload-scale";
import { haproxyRetry } from "./haproxy-retry";
import { haproxySourceRoaming } from "./haproxy-source-roaming";
import { haproxyStickTable } from "./haproxy-stick-table";
import { haproxyStoreOutage } from "./haproxy-store-outage";
import { haproxyTraceOnly } from "./haproxy-trace-only";
import { haproxyTwoBalancers } from "./haproxy-two-balancers";
import { haproxyTwoCookies } from "./haproxy-two-cookies";
import { haproxyWebsocket } from "./haproxy-websocket";
import { nginxHashCookie } from "./nginx-hash-cookie";
import { nginxIpHash } from "./nginx-ip-hash";
import { nginxIpHashRoaming } from "./nginx-ip-hash-roaming";
import { nginxNextUpstream } from "./nginx-next-upstream";
import { nginxNodeAway } from "./nginx-node-away";
import { nginxNodeDown } from "./nginx-node-down";
import { nginxRedisFlush } from "./nginx-redis-flush";
import { nginxReload } from "./nginx-reload";
import { nginxReloadUnannounced } from "./nginx-reload-unannounced";
import { nginxRoundRobin } from "./nginx-round-robin";
import { nginxRouteNotSet } from "./nginx-route-not-set";
import { nginxTwoBalancers } from "./nginx-two-balancers";

/** Every scenario of the lab, in the order in which they run. */
export const scenarios: Scenario[] = [
  apacheCookieDropped,
  apacheCookieHealthy,
  apacheJavaRoute,
  apacheNoAffinity,
  apacheNodeDown,
  apacheRouteUnknown,
  haproxyClientStale,
  haproxyClocks,
  haproxyConcurrentStart,
  haproxyCookieDropped,
  haproxyCookieHealthy,
  haproxyCookieInvalid,
  haproxyCookieMaxidle,
  haproxyCookieMaxlife,
  haproxyCookieNotSet,
  haproxyCustomFormat,
  haproxyDrain,
  haproxyDrainSource,
  haproxyFlapping,
  haproxyHealthyPopulation,
  haproxyLogout,
  haproxyNoAffinity,
  haproxyNoAffinityShared,
  haproxyNodeDown,
  haproxyNodeMemory,
  haproxyPrefixJava,
  haproxyRedisEviction,
  haproxyRedisOutage,
  haproxyReloadScale,
  haproxyRetry,
  haproxySourceRoaming,
  haproxyStickTable,
  haproxyStoreOutage,
  haproxyTraceOnly,
  haproxyTwoBalancers,
  haproxyTwoCookies,
  haproxyWebsocket,
  nginxHashCookie,
  nginxIpHash,
  nginxIpHashRoaming,
  nginxNextUpstream,
  nginxNodeAway,
  nginxNodeDown,
  nginxRedisFlush,
  nginxReload,
  nginxReloadUnannounced,
  nginxRoundRobin,
  nginxRouteNotSet,
  nginxTwoBalancers,
];
