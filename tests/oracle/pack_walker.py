"""What can be wrong with a pack, found the naive way: every configuration with everything it could ever matter, explored from
the start, each property looked at in each of them. Written from the documents, shares nothing with the C.
SPDX-License-Identifier: Apache-2.0"""
import itertools
from collections import deque

SHUT, MAYBE, SURE = 0, 1, 2


class Pack:
    def __init__(self, pack):
        self.pack = pack
        self.moves = pack["moves"]
        self.by_name = {move["name"]: move for move in self.moves}
        self.states = {state["name"]: state for state in pack["states"]}
        self.deadlines = pack.get("deadlines", [])

    def is_end(self, state):
        return state is not None and self.states[state]["end"]

    def leaves(self, move, state):
        return not move["from"] if state is None else state in move["from"]


def subject_only(move):
    return all(mover["at"] == "subject" for mover in move["who"])


def guard_strength(pack, guard, move, state, made, known, brings):
    kind = guard["kind"]
    if kind == "made":
        return SURE if guard["move"] in made else SHUT
    if kind == "not_made":
        return SHUT if guard["move"] in made else SURE
    facts = [guard["fact"]] + ([guard["other"]] if "other" in guard else [])
    if any(fact not in known and fact not in brings for fact in facts):
        return SHUT
    if kind in ("given", "after"):
        return SURE
    if kind == "each":
        again = pack.by_name[guard["move"]]
        return SURE if again["to"] == state and pack.leaves(again, state) else MAYBE
    return SURE if all(fact in brings for fact in facts) else MAYBE


def strength(pack, move, place, clock):
    """How sure it is that the move can be made there sooner or later."""
    state, made, known, running, _ = place
    if not pack.leaves(move, state):
        return SHUT
    if clock:
        if not any(pack.deadlines[i].get("then") == move["name"] for i in running):
            return SHUT
    elif all(mover["at"] == "clock" for mover in move["who"]):
        return SHUT
    elif subject_only(move) and any(other in made and subject_only(pack.by_name[other]) for other in move.get("other_than", [])):
        return SHUT
    brings = set() if clock else set(move.get("facts", [])) | set(move.get("optional_facts", []))
    alone, choices = [], {}
    for guard in move.get("guards", []):
        got = guard_strength(pack, guard, move, state, made, known, brings)
        if "choice" in guard:
            choices.setdefault(guard["choice"], []).append(got)
        else:
            alone.append(got)
    return min([SURE] + alone + [max(of) for of in choices.values()])


def after(pack, move, place, clock, given):
    _, made, known, running, passed = place
    running = {i for i in running if move["name"] not in pack.deadlines[i]["met_by"] and
               not (clock and pack.deadlines[i].get("then") == move["name"])}
    running |= {i for i, deadline in enumerate(pack.deadlines) if move["name"] in deadline["started_by"]}
    if pack.is_end(move["to"]):
        running = set()
    return (move["to"], made | {move["name"]}, known | frozenset(given), frozenset(running), passed | {move["to"]})


def steps(pack, place):
    """Every (strength, move, place after) out of a place, with each set of optional facts."""
    if pack.is_end(place[0]):
        return
    for move in pack.moves:
        for clock in (False, True):
            if clock and not any(mover["at"] == "clock" for mover in move["who"]):
                continue
            got = strength(pack, move, place, clock)
            if got == SHUT:
                continue
            optional = [] if clock else move.get("optional_facts", [])
            for size in range(len(optional) + 1):
                for chosen in itertools.combinations(optional, size):
                    given = [] if clock else list(move.get("facts", [])) + list(chosen)
                    yield got, move, after(pack, move, place, clock, given)


def explore(pack, most):
    start = (None, frozenset(), frozenset(), frozenset(), frozenset())
    distance, edges, queue = {start: 0}, [], deque([start])
    while queue:
        place = queue.popleft()
        for got, move, next_place in steps(pack, place):
            if next_place not in distance:
                distance[next_place] = distance[place] + 1
                queue.append(next_place)
                if len(distance) > most:
                    return None, None
            edges.append((place, got, move["name"], next_place))
    return distance, edges


def can_come(edges, goals, least):
    """The places from which a goal is reached over edges that are so sure."""
    back = {}
    for place, got, _, next_place in edges:
        if got >= least:
            back.setdefault(next_place, []).append(place)
    seen, queue = set(goals), deque(goals)
    while queue:
        for place in back.get(queue.popleft(), []):
            if place not in seen:
                seen.add(place)
                queue.append(place)
    return seen


def owner_fits(pack, deadline):
    owner = deadline.get("owner")
    return owner is not None and owner["at"] != "clock" and any(
        mover == owner for name in deadline["met_by"] for mover in pack.by_name[name]["who"])


def findings(json_pack, most=20000):
    """{(kind, about…): the length of the shortest way that shows it}; None where the pack is too large for this walker."""
    pack = Pack(json_pack)
    distance, edges = explore(pack, most)
    if distance is None:
        return None
    found = {}

    def note(key, length):
        found[key] = min(length, found.get(key, length))

    saved = can_come(edges, [place for place in distance if pack.is_end(place[0])], SURE)
    for place, length in distance.items():
        state, made, _, running, passed = place
        if place not in saved:
            note(("DEAD_END", state), length)
        if pack.is_end(state):
            for gate in pack.pack["states"]:
                if state in gate.get("necessary", []) and gate["name"] not in passed:
                    note(("BYPASS", "state", gate["name"], state), length)
            for gate in pack.moves:
                if state in gate.get("necessary", []) and gate["name"] not in made:
                    note(("BYPASS", "move", gate["name"], state), length)
    reached = {place[0] for place in distance}
    for state in pack.states:
        if state not in reached:
            note(("UNREACHED", state), 0)
    for i, deadline in enumerate(pack.deadlines):
        meet = can_come(edges, {place for place, _, name, _ in edges if name in deadline["met_by"]}, MAYBE)
        fits = owner_fits(pack, deadline)
        if not fits:
            note(("UNOWNED", deadline["name"]), 10 ** 9)
        for place, length in distance.items():
            if i in place[3] and (not fits or place not in meet):
                note(("UNOWNED", deadline["name"]), length)
    return found
