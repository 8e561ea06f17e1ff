import type { Cause } from "../causes";
import type { Judge } from "./case";
import { clientIpChange } from "./client-ip-change";
import { concurrentStart } from "./concurrent-start";
import { cookieExpired } from "./cookie-expired";
import { cookieInvalid } from "./cookie-invalid";
import { cookieNotSent } from "./cookie-not-sent";
import { cookieNotSet } from "./cookie-not-set";
import { drain } from "./drain";
import { failover } from "./failover";
import { healthFlap } from "./health-flap";
import { lbDisagreement } from "./lb-disagreement";
import { noAffinity } from "./no-affinity";
import { poolChange } from "./pool-change";
import { retry } from "./retry";
import { websocketUpgrade } from "./websocket-upgrade";

/** A judge for each cause; `unknown` is what is left when none of them is sure enough. */
export const judges: Record<Exclude<Cause, "unknown">, Judge> = {
  failover,
  drain,
  "health-flap": healthFlap,
  retry,
  "pool-change": poolChange,
  "no-affinity": noAffinity,
  "lb-disagreement": lbDisagreement,
  "websocket-upgrade": websocketUpgrade,
  "cookie-not-set": cookieNotSet,
  "cookie-invalid": cookieInvalid,
  "cookie-expired": cookieExpired,
  "cookie-not-sent": cookieNotSent,
  "client-ip-change": clientIpChange,
  "concurrent-start": concurrentStart,
};
