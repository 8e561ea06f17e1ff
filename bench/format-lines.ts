/** The lines that parsing is measured and fuzzed with: one balancer's log as it is written under load. */

const methods = ["GET", "POST", "PUT"];
const cookies = ["-", "SESSIONID=s-81f0c2a97b3d4e55"];
const two = (value: number) => String(value).padStart(2, "0");

function clockOf(index: number): string {
  return `${two(Math.floor(index / 3600) % 24)}:${two(Math.floor(index / 60) % 60)}:${two(index % 60)}`;
}

export function haproxyLine(index: number): string {
  const time = clockOf(index);
  const method = methods[index % methods.length];
  const cookie = cookies[index % cookies.length];
  return `Nov 21 ${time} lb1 haproxy[7998]: 10.0.${index % 250}.7:${20000 + (index % 40000)} [21/Nov/2026:${time}.${String(index % 1000).padStart(3, "0")}] shop~ web/app${index % 5} 0/0/1/${index % 90}/${(index % 90) + 2} 200 ${1000 + index} ${cookie} - --VN 12/12/3/1/0 0/0 {shop.example|00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01} {} "${method} /cart/items/${index}?page=2 HTTP/1.1"`;
}

export function combinedLine(index: number): string {
  return `10.0.${index % 250}.7 - - [21/Nov/2026:${clockOf(index)} +0000] "GET /cart/items/${index}?page=2 HTTP/1.1" 200 ${1000 + index} "https://shop.example/" "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/128.0"`;
}

/** `$upstream_…` of one try, of two on every tenth line. */
export function upstreamLine(index: number): string {
  const twice = index % 10 === 0;
  const node = `10.0.1.${index % 5}:8080`;
  const tail = `rt=0.0${10 + (index % 90)} ua="${twice ? "10.0.1.9:8080, " : ""}${node}" us="${twice ? "502, " : ""}200" urt="${twice ? "0.001, " : ""}0.0${10 + (index % 90)}" host="shop.example" rid=9f2c1a7b5d3e4f60${String(index).padStart(16, "0")} sid="s-81f0c2a97b3d4e55"`;
  return `${combinedLine(index)} ${tail}`;
}

/** The log_format of `upstreamLine`. */
export const upstreamFormat =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" rt=$request_time ua="$upstream_addr" us="$upstream_status" urt="$upstream_response_time" host="$host" rid=$request_id sid="$cookie_sessionid"';

export function ingressLine(index: number): string {
  return `${combinedLine(index)} 462 0.0${10 + (index % 90)} [shop-web-80] [] 10.0.1.${index % 5}:8080 ${1000 + index} 0.0${10 + (index % 90)} 200 9f2c1a7b5d3e4f60${String(index).padStart(16, "0")}`;
}

export function albLine(index: number): string {
  const time = clockOf(index);
  return `https 2026-11-21T${time}.186641Z app/shop/50dc6c495c0c9188 10.0.${index % 250}.7:2817 10.0.1.${index % 5}:80 0.000 0.001 0.000 200 200 34 366 "GET https://shop.example:443/cart/items/${index}?page=2 HTTP/1.1" "Mozilla/5.0 (X11; Linux x86_64)" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/shop/73e2d6bc24d8a067 "Root=1-58337262-36d228ad5d99923122bbe354" "shop.example" "-" 0 2026-11-21T${time}.185000Z "forward" "-" "-" "10.0.1.${index % 5}:80" "200" "-" "-" TID_1234`;
}

export function linesOf(make: (index: number) => string, count = 20_000): string[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
