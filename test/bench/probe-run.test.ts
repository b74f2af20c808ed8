import { describe, expect, it } from "vitest";
import { ProbeRun } from "../../bench/lib/probe-run.ts";

type Answer = ReturnType<ReturnType<ProbeRun["sent"]>>;

/** Sends one request per letter at ms 0, 1, 2 …; `+` is answered, `-` is not, in order. */
function play(run: ProbeRun, letters: string, from = 0): Answer[] {
  return letters.split("").flatMap((letter, index) => {
    const news = run.sent()({ sentAt: from + index, answered: letter === "+" });
    return news === undefined ? [] : [news];
  });
}

const unanswered = (count: number) => "-".repeat(count);

describe("the first dropped request", () => {
  it("is the first of a long run without answers", () => {
    const news = play(new ProbeRun(), `+++${unanswered(20)}`);
    expect(news).toEqual([
      { t: "passing", sentAt: 0 },
      { t: "blocked", sentAt: 3 },
    ]);
  });

  it("is none that was lost while later ones were answered", () => {
    const news = play(new ProbeRun(), `+${unanswered(19)}+--+${unanswered(20)}`);
    expect(news.at(-1)).toEqual({ t: "blocked", sentAt: 24 });
  });

  it("needs a target that was answered before", () => {
    expect(play(new ProbeRun(), unanswered(100))).toEqual([]);
  });

  it("waits for answers that are late", () => {
    const run = new ProbeRun();
    play(run, "+");
    const late = run.sent();
    const after = play(run, unanswered(10), 2);
    expect(late({ sentAt: 1, answered: true })).toBeUndefined();
    expect([...after, ...play(run, unanswered(10), 12)]).toEqual([{ t: "blocked", sentAt: 2 }]);
  });

  it("counts requests in the order they were sent, whenever their outcomes come", () => {
    const run = new ProbeRun();
    play(run, "+");
    const outcomes = Array.from({ length: 20 }, () => run.sent());
    const news = outcomes
      .map((outcome, index) => ({ outcome, index }))
      .toReversed()
      .map(({ outcome, index }) => outcome({ sentAt: 1 + index, answered: false }));
    expect(news.at(-1)).toEqual({ t: "blocked", sentAt: 1 });
  });
});

it("says once when requests are answered again", () => {
  const news = play(new ProbeRun(), `+${unanswered(25)}++`);
  expect(news.map((one) => one?.t)).toEqual(["passing", "blocked", "released"]);
  expect(news.at(-1)?.sentAt).toBe(26);
});
