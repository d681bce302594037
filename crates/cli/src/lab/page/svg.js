// Elements and paths: what the pictures share. It knows no scenario.

const NS = "http://www.w3.org/2000/svg";

/** An SVG element with attributes, and text where given. */
export function svg(name, attributes = {}, text) {
  const element = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

/** An HTML element with properties and children. */
export function html(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-")) element.setAttribute(key, value);
    else element[key] = value;
  }
  element.append(...children);
  return element;
}

/** A sentence of the program as elements: a line of a text, and the mark below its character, keep their columns. */
export function sentence(text) {
  const parts = [];
  for (const line of text.split("\n")) {
    const name = /^ {4}/.test(line) ? "PRE" : "P";
    const last = parts.at(-1);
    if (name === "PRE" && last?.tagName === name) last.textContent += `\n${line}`;
    else parts.push(html(name, name === "PRE" ? { tabIndex: 0 } : {}, line));
  }
  return parts;
}

/** The path of a line through values at positions; it has a gap where there is no value. */
export function line(values, x, y) {
  let path = "";
  for (let i = 0; i < values.length; i++) {
    if (values[i] === null) continue;
    path += `${i && values[i - 1] !== null ? "L" : "M"}${x(i).toFixed(1)} ${y(values[i]).toFixed(1)}`;
  }
  return path;
}

/** The path of the band between two lines, which begin where they have values. */
export function band(low, high, x, y) {
  let back = "";
  for (let i = low.length - 1; i >= 0 && low[i] !== null; i--) back += `L${x(i).toFixed(1)} ${y(low[i]).toFixed(1)}`;
  return back && `${line(high, x, y)}${back}Z`;
}

/** A value of a variable, as the panels and the tours say it; null is what a regime gives before its first report. */
export function value(x) {
  if (x === null) return "no report yet";
  return Math.abs(x) < 10 ? x.toFixed(2).replace(/^-(?=0\.00$)/, "") : number(x);
}

/** A number as people read it: as many decimals as its size needs. */
export function number(x, signed = false) {
  const size = Math.abs(x);
  const text = x.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 || size === 0 ? 2 : 3);
  const zero = /^-?0\.?0*$/.test(text);
  if (zero) return "0";
  return signed && x > 0 ? `+${text}` : text.replace("-", "\u2212");
}
