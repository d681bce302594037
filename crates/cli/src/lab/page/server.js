// What the page asks of the lab, and how it says that it got no answer.

/** A name that no other page of this lab has. */
const PAGE = Array.from(crypto.getRandomValues(new Uint32Array(3)), (n) => n.toString(36)).join("-");

/** The lab refused, in a sentence; `superseded` where a newer request took its place. */
export class Refused extends Error {
  constructor(sentence, status) {
    super(sentence);
    this.superseded = status === 409;
  }
}

/** The lab does not answer at all. */
export class Gone extends Error {
  constructor() {
    super("The lab does not answer: it may have been ended.");
  }
}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Gone();
  }
  const answer = await response.json().catch(() => ({ error: `the lab answered with status ${response.status}` }));
  if (!response.ok) throw new Refused(answer.error, response.status);
  return answer;
}

export const get = (path, query = {}) => ask(`${path}?${new URLSearchParams(query)}`);

export const post = (path, body, signal) =>
  ask(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ page: PAGE, ...body }),
    signal,
  });
