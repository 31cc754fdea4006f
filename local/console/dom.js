// Elements from values. Text stays text: nothing here reads HTML.

// An element with attributes, listeners (`onclick`) and children.
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

export const badge = (text, kind = "") => el("span", { class: `badge ${kind}` }, text);

// What may be wider or higher than its place: the keyboard reaches it, so that it can be scrolled without a mouse.
const scrolls = (label) => ({ tabindex: "0", role: "group", "aria-label": label });

export const scroll = (label, ...children) => el("div", { class: "scroll", ...scrolls(label) }, ...children);

export const pre = (label, ...children) => el("pre", scrolls(label), ...children);

export const empty = (text) => el("p", { class: "empty" }, text);

// A list of terms, each with a value.
export function terms(pairs) {
  const shown = pairs.filter(([, value]) => value !== undefined && value !== null && value !== "");
  return el("dl", {}, shown.map(([term, value]) => [el("dt", {}, term), el("dd", {}, value)]));
}

// A text whose addresses of pages are links.
export function linked(text) {
  return text.split(/(https?:\/\/[^\s<>"]+)/).map((part, place) =>
    place % 2 ? el("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part) : part);
}

// A time of the stack as people read it, in UTC like every time of the API.
export const time = (text) => (text ?? "").replace("T", " ").replace(/(\.\d+)?Z$/, "");

export const clockTime = (text) => time(text).slice(11);

// How long `seconds` are, in the largest unit that fits.
export function duration(seconds) {
  for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    const count = Math.floor(seconds / size);
    if (count >= 1) return `${count} ${unit}${count > 1 ? "s" : ""}`;
  }
  return `${Math.max(0, Math.floor(seconds))} s`;
}

// Calls `work` once no call came for a moment.
export function calm(work) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, 200);
  };
}
