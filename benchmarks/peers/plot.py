#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws what `./dev bench peers` printed, its last line on standard input, as SVG: a row a workload, a dot a system
(the median), a line from the slowest to the fastest repetition, on a logarithmic scale of events a second."""

import json
import math
import sys

SYSTEMS = {  # name in the benchmark: colour (Okabe and Ito, for all eyes), shape
    "annals": ("#0072b2", 7),
    "PostgreSQL": ("#999999", 5),
    "message-db": ("#d55e00", 5),
    "message-db, a category each": ("#e69f00", 5),
    "eventsourcing": ("#009e73", 5),
}
LEFT, RIGHT, TOP, STEP, BOTTOM = 270, 30, 56, 26, 40
WIDTH = 860


def name_of(row):
    callers = f"{row['callers']} caller" + ("s" if row["callers"] > 1 else "")
    events = row.get("events_per_append")
    if row["what"] == "append":
        return f"append, {callers}, {events} event" + ("s" if events > 1 else "")
    return f"{row['what']}, {callers}"


def text(x, y, words, anchor="start", **more):
    extra = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in more.items())
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{extra}>{words}</text>'


def draw(rows):
    workloads = list(dict.fromkeys(name_of(row) for row in rows))
    height = TOP + STEP * len(workloads) + BOTTOM
    least = math.floor(math.log10(min(row["events_per_s_min"] for row in rows)))
    most = math.ceil(math.log10(max(row["events_per_s_max"] for row in rows)))

    def x_of(rate):
        return LEFT + (math.log10(rate) - least) / (most - least) * (WIDTH - LEFT - RIGHT)

    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" '
           'font-size="12" fill="#222222">')
    yield f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
    for at, (system, (colour, size)) in enumerate(SYSTEMS.items()):
        x = 20 + at * 150 + (60 if at > 3 else 0)
        yield f'<circle cx="{x}" cy="20" r="{size}" fill="{colour}"/>' + text(x + 12, 24, system)
    for power in range(least, most + 1):
        x = x_of(10**power)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 12}" y2="{height - BOTTOM}" stroke="#dddddd"/>'
        yield text(x, height - BOTTOM + 18, f"{10**power:,}", "middle")
    yield text((LEFT + WIDTH - RIGHT) / 2, height - 6, "events a second", "middle")
    for at, workload in enumerate(workloads):
        y = TOP + STEP * at
        yield text(LEFT - 14, y + 4, workload, "end")
        here = [row for row in rows if name_of(row) == workload]
        for row in sorted(here, key=lambda row: row["peer"] == "annals"):
            colour, size = SYSTEMS[row["peer"]]
            ends = x_of(row["events_per_s_min"]), x_of(row["events_per_s_max"])
            yield f'<line x1="{ends[0]:.1f}" x2="{ends[1]:.1f}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="2"/>'
            yield f'<circle cx="{x_of(row["events_per_s"]):.1f}" cy="{y}" r="{size}" fill="{colour}"/>'
    yield "</svg>"


if __name__ == "__main__":
    print("\n".join(draw(json.load(sys.stdin)["rows"])))
