// How a page is looked at: by day and by night, on a desktop and on the narrowest phone.

/** WCAG 2.2, *Reflow*: content needs no more than 320 CSS pixels. */
const NARROW = { width: 320, height: 900, deviceScaleFactor: 1, mobile: true };
const WIDE = { width: 1000, height: 900, deviceScaleFactor: 1, mobile: false };

export const LOOKS = [
  { name: "light, wide", dark: false, screen: WIDE },
  { name: "dark, wide", dark: true, screen: WIDE },
  { name: "light, narrow", dark: false, screen: NARROW },
  { name: "dark, narrow", dark: true, screen: NARROW },
];

/** Chromium's own protocol. */
export function chromium(browser, cmd, params) {
  return browser.post("/goog/cdp/execute", { cmd, params });
}

export async function look(browser, { dark, screen }) {
  const features = [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }];
  await chromium(browser, "Emulation.setEmulatedMedia", { features });
  await chromium(browser, "Emulation.setDeviceMetricsOverride", screen);
}
